/** Names of fields as identifiers of CEL: `foo.bar-baz` is `foo__dot__bar__dash__baz`. */

const RESERVED: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);
const ESCAPES: Readonly<Record<string, string>> = { __: '__underscores__', '.': '__dot__', '-': '__dash__', '/': '__slash__' };
const UNESCAPES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ESCAPES).map(([text, escaped]) => [escaped.slice(2, -2), text]),
);

/** Whether a name is a keyword, and so no identifier. */
export const isReserved = (name: string): boolean => RESERVED.has(name);

/** The identifier for a name; undefined for one that cannot be reached from an expression. */
export function escapeName(name: string): string | undefined {
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(name)) return undefined;
  return RESERVED.has(name) ? `__${name}__` : name.replace(/__|[-./]/g, (part) => ESCAPES[part]!);
}

/** The name for an identifier; undefined when it has an escape that is none. */
export function unescapeName(identifier: string): string | undefined {
  let valid = true;
  const name = identifier.replace(/__([^_]+)__/g, (whole, escaped: string) => {
    const text = UNESCAPES[escaped];
    if (text !== undefined) return text;
    if (!RESERVED.has(escaped) || whole !== identifier) valid = false;
    return escaped;
  });
  return valid ? name : undefined;
}
