import { isTimeZone } from './time-zone.ts';

/** One of the five fields of a schedule. */
interface Bounds {
  min: number;
  max: number;
  names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: MONTHS },
  { min: 0, max: 6, names: DAYS },
];
const DESCRIPTORS = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']);
const DURATION = /^[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))*$|^[+-]?0$/;

/** What is wrong with a cron schedule, in the words of the library upstream reads it with; undefined when nothing is. */
export function scheduleFault(text: string): string | undefined {
  const zoned = /^(?:CRON_)?TZ=([^ ]*) *(.*)$/s.exec(text);
  const schedule = zoned?.[2] ?? text;
  if (zoned && !isTimeZone(zoned[1] ?? '')) return `provided bad location ${zoned[1]}: unknown time zone ${zoned[1]}`;
  if (schedule.startsWith('@')) return descriptorFault(schedule);
  const fields = schedule.split(/\s+/).filter(Boolean);
  if (fields.length !== FIELDS.length) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  for (const [index, field] of fields.entries()) {
    const fault = fieldFault(field, FIELDS[index] as Bounds);
    if (fault) return fault;
  }
  return undefined;
}

function descriptorFault(schedule: string): string | undefined {
  if (DESCRIPTORS.has(schedule)) return undefined;
  if (!schedule.startsWith('@every ')) return `unrecognized descriptor: ${schedule}`;
  const every = schedule.slice('@every '.length);
  return DURATION.test(every) ? undefined : `failed to parse duration ${schedule}: time: invalid duration ${JSON.stringify(every)}`;
}

function fieldFault(field: string, bounds: Bounds): string | undefined {
  for (const part of field.split(',').filter(Boolean)) {
    const fault = rangeFault(part, bounds);
    if (fault) return fault;
  }
  return undefined;
}

/** `*`, `2`, `2-5`, each perhaps with a step. */
function rangeFault(expression: string, bounds: Bounds): string | undefined {
  const parts = expression.split('/');
  const [from = '', to, ...more] = (parts[0] ?? '').split('-');
  let [start, end]: [number | string, number | string] = [bounds.min, bounds.max];
  if (from !== '*' && from !== '?') {
    start = numberOf(from, bounds);
    if (typeof start === 'string') return start;
    if (more.length > 0) return `too many hyphens: ${expression}`;
    if (to !== undefined) end = numberOf(to, bounds);
    else if (parts.length === 1) end = start;
    if (typeof end === 'string') return end;
  }
  if (parts.length > 2) return `too many slashes: ${expression}`;
  const step = parts.length === 2 ? numberOf(parts[1] as string, { min: 0, max: 0 }) : 1;
  if (typeof step === 'string') return step;
  return boundsFault(expression, start as number, end as number, step, bounds);
}

function boundsFault(expression: string, start: number, end: number, step: number, { min, max }: Bounds): string | undefined {
  if (start < min) return `beginning of range (${start}) below minimum (${min}): ${expression}`;
  if (end > max) return `end of range (${end}) above maximum (${max}): ${expression}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${expression}`;
  return step === 0 ? `step of range should be a positive number: ${expression}` : undefined;
}

/** The number, or of a name its number; a text says what is wrong. */
function numberOf(text: string, { min, names }: Bounds): number | string {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return named + min;
  if (!/^[+-]?\d+$/.test(text)) return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  const value = Number(text);
  return value < 0 ? `negative number (${value}) not allowed: ${text}` : value;
}
