/** How JSON names what it found, and what Go makes of it in an untyped value: its kind, and its type. */
const FOUND: Readonly<Record<string, readonly [kind: string, type: string]>> = {
  object: ['map', 'map[string]interface {}'],
  array: ['slice', '[]interface {}'],
  string: ['string', 'string'],
  number: ['int64', 'int64'],
  bool: ['bool', 'bool'],
};

/**
 * Strategic patches are read from values, not from text, and a value that does not fit is explained in other words:
 * `json: cannot unmarshal object into Go struct field X.y of type []string` is `cannot restore slice from map`.
 */
export function asConversionFault(why: string): string {
  const match = /^json: cannot unmarshal (\w+)(?: \S+)? into Go (?:struct field \S+|value) of type (.+)$/.exec(why);
  const found = match && FOUND[match[1] as string];
  if (!match || !found) return why;
  const wanted = match[2] as string;
  if (wanted.startsWith('[]')) return `cannot restore slice from ${found[0]}`;
  if (wanted.startsWith('map[')) return `cannot restore map from ${found[0]}`;
  if (/^\w+\.[A-Z]/.test(wanted)) return `cannot restore struct from: ${found[0]}`;
  return `cannot convert ${found[1]} to ${wanted}`;
}

/**
 * A merged object as messages show it: where the patch reached, keys are sorted; what it left alone is as it was.
 * Parts that were left alone are shared between `before` and `after`.
 */
export function showMerged(before: unknown, after: unknown): string {
  if (after === before || typeof after !== 'object' || after === null || Array.isArray(after)) return JSON.stringify(after);
  const was = typeof before === 'object' && before !== null ? (before as Record<string, unknown>) : {};
  const members = Object.entries(after)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, value]) => `${JSON.stringify(key)}:${showMerged(was[key], value)}`).join(',')}}`;
}
