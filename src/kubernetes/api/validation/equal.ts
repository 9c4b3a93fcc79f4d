/** Whether two JSON values are the same, whatever the order of their keys. Absent, null and empty are the same, as upstream compares. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b || (isEmpty(a) && isEmpty(b))) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  if (Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => sameValue(left[key], right[key]));
}

/** Nothing, or a list or map with nothing in it. An empty struct is something: a pointer that is set. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return Array.isArray(value) ? value.length === 0 : isEmptyMap(value);
}

/** Maps that are empty are read as objects without a prototype. */
function isEmptyMap(value: unknown): boolean {
  return typeof value === 'object' && Object.getPrototypeOf(value) === null && Object.keys(value as object).length === 0;
}
