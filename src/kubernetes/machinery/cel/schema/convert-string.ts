/** Strings of a format as the values that CEL has for them. */

import { base64Fault, bytesOfBase64 } from '../../codec/base64.ts';
import { nanosOfWords } from '../../duration-words.ts';
import * as types from '../types/type.ts';
import { CelError } from '../values/errors.ts';
import { CelDuration, CelTimestamp, parseDuration, parseTimestamp } from '../values/time.ts';
import type { CelValue } from '../values/value.ts';
import type { DeclType } from './decl-type.ts';
import { goType } from './go-type.ts';
import type { JsonSchema } from './json-schema.ts';

type Read = (text: string) => CelValue;

export function convertString({ format }: JsonSchema): Pick<DeclType, 'type' | 'convert'> {
  switch (format) {
    case 'byte':
      return { type: types.bytesType, convert: ofText(toBytes) };
    case 'duration':
      return { type: types.durationType, convert: ofText(toDuration) };
    case 'date':
      return { type: types.timestampType, convert: ofText(toDate) };
    case 'date-time':
      return { type: types.timestampType, convert: ofText(toDateTime) };
    default:
      return { type: types.stringType, convert: ofText((text) => text) };
  }
}

function ofText(read: Read): DeclType['convert'] {
  return (data) => {
    if (typeof data !== 'string') throw new CelError(`invalid data, expected string, got ${goType(data)}`);
    return read(data);
  };
}

function toBytes(text: string): Uint8Array {
  const fault = base64Fault(text);
  if (fault >= 0) throw new CelError(`Invalid byte formatted string ${text}: illegal base64 data at input byte ${fault}`);
  return bytesOfBase64(text);
}

/** Besides Go's notation the API takes words: `3 days`. */
function toDuration(text: string): CelDuration {
  const duration = parseDuration(text);
  if (duration) return duration;
  const nanos = nanosOfWords(text);
  if (nanos === undefined) throw new CelError(`Invalid duration ${text}: unable to parse ${text} as duration`);
  return new CelDuration(nanos);
}

function toDate(text: string): CelValue {
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? parseTimestamp(`${text}T00:00:00Z`) : undefined;
  if (!date)
    throw new CelError(
      `Invalid date formatted string ${text}: parsing time ${JSON.stringify(text)} as "2006-01-02": cannot parse ${JSON.stringify(text)} as "2006"`,
    );
  return date;
}

/** Several notations are tried; what is said is about the last. */
function toDateTime(text: string): CelValue {
  if (text === '') return new CelTimestamp(0, 0);
  const time = parseTimestamp(text.toUpperCase().replace(/([-+]\d\d)(\d\d)$/, '$1:$2'));
  if (!time)
    throw new CelError(
      `Invalid date-time formatted string ${text}: parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05": cannot parse ${JSON.stringify(text)} as "2006"`,
    );
  return time;
}
