type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON merge patch (RFC 7386). Shares with `target` what the patch leaves alone; changes neither. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Json = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setOwn(result, key, mergePatch(ownValue(result, key), value));
  }
  return result;
}

/** A property that the object itself has: `constructor` and the like are keys that maps may or may not have. */
export const ownValue = (object: Json, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);

/** Sets a property whatever its name: `__proto__` is a name like any other in JSON. */
export function setOwn(object: Json, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else object[key] = value;
}
