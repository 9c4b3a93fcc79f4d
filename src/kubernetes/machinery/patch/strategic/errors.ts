/** A strategic merge patch that cannot be read; answered with 400. */
export class StrategicPatchFormatError extends Error {
  override readonly name = 'StrategicPatchFormatError';
}

/** A strategic merge patch that does not fit the object. */
export class StrategicPatchError extends Error {
  override readonly name = 'StrategicPatchError';
}

/** Of all that does not fit, this alone is called the client's fault. */
export class ListOfListsError extends Error {
  override readonly name = 'ListOfListsError';
}

/** A map as Go prints it, for messages. */
export function showMap(map: Readonly<Record<string, unknown>>): string {
  return `map[${Object.keys(map)
    .sort()
    .map((key) => `${key}:${show(map[key])}`)
    .join(' ')}]`;
}

/** A value as Go prints it. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(show).join(' ')}]`;
  return typeof value === 'object' ? showMap(value as Record<string, unknown>) : String(value);
}

/** What Go calls the type of an untyped value. */
export function goTypeOf(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return { bigint: 'int64', boolean: 'bool', object: 'map[string]interface {}' }[typeof value as string] ?? 'string';
}

/** A value of the patch that is not what its place asks for. */
export function wrongType(expected: string, actual: unknown): StrategicPatchError {
  const type = goTypeOf(actual);
  return new StrategicPatchError(`expected a ${expected}, but received a ${type === '<nil>' ? '%!s(<nil>)' : type}`);
}

/** A `$patch` that is none of those there are. */
export function unknownDirective(directive: unknown, map: Readonly<Record<string, unknown>>): StrategicPatchError {
  const type = goTypeOf(directive);
  const shown = typeof directive === 'string' ? directive : type === '<nil>' ? '%!s(<nil>)' : `%!s(${type}=${show(directive)})`;
  return new StrategicPatchError(`unknown patch type: ${shown} in map: ${showMap(map)}`);
}
