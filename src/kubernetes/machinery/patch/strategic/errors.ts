/** A strategic merge patch that cannot be read; answered with 400. */
export class StrategicPatchFormatError extends Error {
  override readonly name = 'StrategicPatchFormatError';
}

/** A strategic merge patch that does not fit the object. */
export class StrategicPatchError extends Error {
  override readonly name = 'StrategicPatchError';
}

/** A map as Go prints it, for messages. */
export function showMap(map: Readonly<Record<string, unknown>>): string {
  return `map[${Object.keys(map)
    .sort()
    .map((key) => `${key}:${show(map[key])}`)
    .join(' ')}]`;
}

function show(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(show).join(' ')}]`;
  return typeof value === 'object' ? showMap(value as Record<string, unknown>) : String(value);
}
