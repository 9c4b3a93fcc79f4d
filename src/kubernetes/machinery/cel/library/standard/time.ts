/** The parts of timestamps, in UTC or a time zone, and of durations. */

import { defineFunction, type FunctionDeclaration, method, type Overload } from '../../types/declarations.ts';
import { durationType, intType, stringType, timestampType } from '../../types/type.ts';
import { whole } from '../../values/number.ts';
import { type CelDuration, type CelTimestamp, dayOfYear, inZone } from '../../values/time.ts';

type Part = (date: Date, time: CelTimestamp) => number;

function ofTimestamp(id: string, part: Part): Overload[] {
  return [
    method(id, [timestampType], intType, (time: CelTimestamp) => part(new Date(time.seconds * 1000), time)),
    method(`${id}_with_tz`, [timestampType, stringType], intType, (time: CelTimestamp, zone: string) => part(inZone(time, zone), time)),
  ];
}

/** Whole units in a duration, cut towards zero. */
const ofDuration = (id: string, nanos: bigint): Overload =>
  method(id, [durationType], intType, (duration: CelDuration) => whole(duration.nanos / nanos));

const SECOND = 1_000_000_000n;

export const timeFunctions: readonly FunctionDeclaration[] = [
  defineFunction('getFullYear', ...ofTimestamp('timestamp_to_year', (date) => date.getUTCFullYear())),
  defineFunction('getMonth', ...ofTimestamp('timestamp_to_month', (date) => date.getUTCMonth())),
  defineFunction('getDayOfYear', ...ofTimestamp('timestamp_to_day_of_year', dayOfYear)),
  defineFunction('getDayOfMonth', ...ofTimestamp('timestamp_to_day_of_month', (date) => date.getUTCDate() - 1)),
  defineFunction('getDate', ...ofTimestamp('timestamp_to_day_of_month_1_based', (date) => date.getUTCDate())),
  defineFunction('getDayOfWeek', ...ofTimestamp('timestamp_to_day_of_week', (date) => date.getUTCDay())),
  defineFunction(
    'getHours',
    ...ofTimestamp('timestamp_to_hours', (date) => date.getUTCHours()),
    ofDuration('duration_to_hours', 3600n * SECOND),
  ),
  defineFunction(
    'getMinutes',
    ...ofTimestamp('timestamp_to_minutes', (date) => date.getUTCMinutes()),
    ofDuration('duration_to_minutes', 60n * SECOND),
  ),
  defineFunction(
    'getSeconds',
    ...ofTimestamp('timestamp_to_seconds', (date) => date.getUTCSeconds()),
    ofDuration('duration_to_seconds', SECOND),
  ),
  defineFunction(
    'getMilliseconds',
    ...ofTimestamp('timestamp_to_milliseconds', (_, time) => Math.trunc(time.nanos / 1e6)),
    ofDuration('duration_to_milliseconds', 1_000_000n),
  ),
];
