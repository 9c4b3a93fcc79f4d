/** Durations for people, as kubectl prints ages: `45s`, `3m20s`, `5d3h`, `2y10d`. */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return joined(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return joined(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  return days(Math.floor(hours / 24), hours % 24);
}

function days(count: number, hours: number): string {
  if (count < 8) return joined(count, 'd', hours, 'h');
  if (count < 365 * 2) return `${count}d`;
  if (count < 365 * 8) return joined(Math.floor(count / 365), 'y', count % 365, 'd');
  return `${Math.floor(count / 365)}y`;
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

/** How long ago `time` was, `<unknown>` for no time. */
export function humanSince(time: string | null | undefined, now: number): string {
  return time ? humanDuration(now - Date.parse(time)) : '<unknown>';
}
