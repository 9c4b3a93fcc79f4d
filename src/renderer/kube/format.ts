import { quantityValue, scaledValue } from '../../kubernetes/machinery/quantity.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `kubectl`'s short duration: `12s`, `3m10s`, `5h`, `12d`. */
export function formatAge(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 2 * MINUTE) return `${Math.floor(ms / SECOND)}s`;
  if (ms < 10 * MINUTE) return withRest(ms, MINUTE, 'm', SECOND, 's');
  if (ms < 3 * HOUR) return `${Math.floor(ms / MINUTE)}m`;
  if (ms < 8 * HOUR) return withRest(ms, HOUR, 'h', MINUTE, 'm');
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)}h`;
  if (ms < 8 * DAY) return withRest(ms, DAY, 'd', HOUR, 'h');
  return `${Math.floor(ms / DAY)}d`;
}

function withRest(ms: number, unit: number, letter: string, restUnit: number, restLetter: string): string {
  const rest = Math.floor((ms % unit) / restUnit);
  return `${Math.floor(ms / unit)}${letter}${rest > 0 ? `${rest}${restLetter}` : ''}`;
}

/** Seconds of a step: `0.4 s`, `12.3 s`, `2 min 5 s`. */
export function formatSeconds(milliseconds: number): string {
  const seconds = milliseconds / SECOND;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** `18 MiB`, `1.4 GiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : Number(value.toPrecision(2))} ${units[unit]}`;
}

/** CPU for people: `4m` below a tenth of a core, then cores. */
export function formatCores(cores: number): string {
  if (cores < 0.0005) return '0';
  if (cores < 1) return `${Math.max(1, Math.round(cores * 1000))}m`;
  return Number(cores.toPrecision(3)).toString();
}

export const coresOf = (quantity: string | undefined): number => (quantity ? scaledValue(quantity, -9) / 1e9 : 0);
export const bytesOf = (quantity: string | undefined): number => (quantity ? quantityValue(quantity) : 0);

/** Made once: making one costs more than drawing a row. */
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** Date and time of day, in the reader's own way. */
export function formatTime(iso: string): string {
  return dateTime.format(new Date(iso));
}
