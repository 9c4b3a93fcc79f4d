/** Field selectors (`metadata.name=x,status.phase!=Running`): equality over the few fields a kind lets one select. */

export interface FieldTerm {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** A text that is no field selector; `message` is upstream's. */
export class FieldSelectorError extends Error {
  override readonly name = 'FieldSelectorError';
}

/** Reads a field selector; the empty text has no terms and selects everything. Throws {@link FieldSelectorError}. */
export function parseFieldSelector(text: string): FieldTerm[] {
  return splitTerms(text)
    .filter((part) => part !== '')
    .map((part) => parseTerm(part, text));
}

/** Splits at commas that no backslash precedes. */
function splitTerms(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === ',') {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function parseTerm(part: string, whole: string): FieldTerm {
  const match = /^((?:\\.|[^\\=!]|!(?!=))*?)(!=|==|=)(.*)$/s.exec(part);
  if (!match) throw new FieldSelectorError(`invalid selector: '${whole}'; can't understand '${part}'`);
  const [, field = '', operator, value = ''] = match;
  return { field, operator: operator === '!=' ? '!=' : '=', value: unescapeValue(value) };
}

function unescapeValue(value: string): string {
  let out = '';
  for (let at = 0; at < value.length; at++) {
    const character = value[at] ?? '';
    if (character === '\\') {
      const next = value[++at];
      if (next === undefined) throw new FieldSelectorError('invalid field selector: unterminated escape sequence');
      if (!'\\,='.includes(next)) throw new FieldSelectorError(`invalid field selector: invalid escape sequence: \\${next}`);
      out += next;
    } else if (character === ',' || character === '=') {
      throw new FieldSelectorError(`invalid field selector: unescaped character in value: ${character}`);
    } else out += character;
  }
  return out;
}

/** True when every term holds; `read` gives the text of a selectable field. */
export function matchesFields(terms: readonly FieldTerm[], read: (field: string) => string): boolean {
  return terms.every(({ field, operator, value }) => (read(field) === value) === (operator === '='));
}

/** The value that every match must have in `field`, if the selector pins it. */
export function requiredValue(terms: readonly FieldTerm[], field: string): string | undefined {
  return terms.find((term) => term.field === field && term.operator === '=')?.value;
}

/** The selector as text again, values escaped. */
export function formatFieldSelector(terms: readonly FieldTerm[]): string {
  return terms.map(({ field, operator, value }) => `${field}${operator}${value.replace(/[\\,=]/g, '\\$&')}`).join(',');
}
