import { goQuote } from './validation/go-text.ts';
import { isLabelValue, isQualifiedName } from './validation/names.ts';

/** The grammar of label selector texts, with the messages that kubectl users know. */

export type SelectorOperator = 'in' | 'notin' | '=' | '==' | '!=' | 'exists' | '!' | 'gt' | 'lt';

/** One condition on the labels of an object. `values` are sorted and distinct. */
export interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
}

/** A text or LabelSelector that is no selector; `message` is upstream's. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

type TokenKind = 'identifier' | 'end' | 'error' | '(' | ')' | ',' | '!' | '=' | '==' | '!=' | '>' | '<' | 'in' | 'notin';

interface Token {
  kind: TokenKind;
  text: string;
}

const SYMBOLS = new Set(['(', ')', ',', '!', '=', '==', '!=', '>', '<']);
const SYMBOL_CHARACTERS = '=!(),><';
const BINARY: Readonly<Record<string, SelectorOperator>> = {
  in: 'in',
  notin: 'notin',
  '=': '=',
  '==': '==',
  '!=': '!=',
  '>': 'gt',
  '<': 'lt',
};

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (/[ \t\r\n]/.test(character)) at++;
    else {
      const token = SYMBOL_CHARACTERS.includes(character) ? symbolAt(text, at) : wordAt(text, at);
      tokens.push(token);
      at += token.text.length;
    }
  }
  return [...tokens, { kind: 'end', text: '' }];
}

function symbolAt(text: string, at: number): Token {
  const two = text.slice(at, at + 2);
  const symbol = SYMBOLS.has(two) ? two : text.slice(at, at + 1);
  return { kind: symbol as TokenKind, text: symbol };
}

function wordAt(text: string, at: number): Token {
  const word = /^[^=!(),>< \t\r\n]+/.exec(text.slice(at))?.[0] ?? '';
  return { kind: word === 'in' || word === 'notin' ? word : 'identifier', text: word };
}

/** Walks the tokens; where a value may stand, `in` and `notin` are ordinary words. */
class Cursor {
  readonly #tokens: Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  peek(): Token {
    const token = this.peekOperator();
    return token.kind === 'in' || token.kind === 'notin' ? { kind: 'identifier', text: token.text } : token;
  }

  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  peekOperator(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  nextOperator(): Token {
    const token = this.peekOperator();
    this.#at++;
    return token;
  }
}

const unexpected = (token: Token, expected: string, comma = ',') =>
  new SelectorError(`found '${token.text}'${comma} expected: ${expected}`);

/** All requirements of a selector text. */
export function parseRequirements(text: string): Requirement[] {
  const cursor = new Cursor(text);
  const requirements: Requirement[] = [];
  while (true) {
    const first = cursor.peek();
    if (first.kind === 'end') return requirements;
    if (first.kind !== 'identifier' && first.kind !== '!') throw unexpected(first, "!, identifier, or 'end of string'");
    requirements.push(explained(() => parseRequirement(cursor)));
    const separator = cursor.next();
    if (separator.kind === 'end') return requirements;
    if (separator.kind !== ',') throw unexpected(separator, "',' or 'end of string'");
    const following = cursor.peek();
    if (following.kind !== 'identifier' && following.kind !== '!') throw unexpected(following, "identifier after ','");
  }
}

function explained(parse: () => Requirement): Requirement {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SelectorError) throw new SelectorError(`unable to parse requirement: ${error.message}`);
    throw error;
  }
}

function parseRequirement(cursor: Cursor): Requirement {
  const negated = cursor.peek().kind === '!';
  if (negated) cursor.next();
  const key = cursor.next();
  if (key.kind !== 'identifier') throw unexpected(key, 'identifier');
  const keyFaults = isQualifiedName(key.text);
  if (keyFaults.length) throw new SelectorError(`<nil>: Invalid value: ${goQuote(key.text)}: ${keyFaults.join('; ')}`);
  const after = cursor.peek().kind;
  if (after === 'end' || after === ',') return { key: key.text, operator: negated ? '!' : 'exists', values: [] };
  if (negated) return { key: key.text, operator: '!', values: [] };
  const operator = parseOperator(cursor);
  const values = operator === 'in' || operator === 'notin' ? parseValues(cursor) : [parseExactValue(cursor)];
  return checked({ key: key.text, operator, values: [...new Set(values)].sort() });
}

function parseOperator(cursor: Cursor): SelectorOperator {
  const token = cursor.nextOperator();
  const operator = Object.hasOwn(BINARY, token.kind) ? BINARY[token.kind] : undefined;
  if (!operator) throw unexpected(token, 'in, notin, =, ==, !=, gt, lt');
  return operator;
}

function parseExactValue(cursor: Cursor): string {
  const kind = cursor.peek().kind;
  if (kind === 'end' || kind === ',') return '';
  const token = cursor.next();
  if (token.kind !== 'identifier') throw unexpected(token, 'identifier');
  return token.text;
}

function parseValues(cursor: Cursor): string[] {
  const open = cursor.next();
  if (open.kind !== '(') throw unexpected(open, "'('", '');
  const first = cursor.peek();
  if (first.kind === ')') {
    cursor.next();
    return [''];
  }
  if (first.kind !== 'identifier' && first.kind !== ',') throw unexpected(first, "',', ')' or identifier");
  const values = parseList(cursor);
  if (cursor.next().kind !== ')') throw unexpected(first, "')'");
  return values;
}

/** `a,b`, where a missing word between commas stands for the empty value. */
function parseList(cursor: Cursor): string[] {
  const values: string[] = [];
  while (true) {
    const token = cursor.next();
    if (token.kind === 'identifier') {
      values.push(token.text);
      const after = cursor.peek();
      if (after.kind === ')') return values;
      if (after.kind !== ',') throw unexpected(after, "',' or ')'");
    } else if (token.kind === ',') {
      if (values.length === 0) values.push('');
      const after = cursor.peek().kind;
      if (after === ')') return [...values, ''];
      if (after === ',') {
        cursor.next();
        values.push('');
      }
    } else throw unexpected(token, "',', or identifier");
  }
}

function checked(requirement: Requirement): Requirement {
  const faults: string[] = [];
  requirement.values.forEach((value, index) => {
    if ((requirement.operator === 'gt' || requirement.operator === 'lt') && !/^[-+]?\d+$/.test(value)) {
      faults.push(`values[${index}]: Invalid value: ${goQuote(value)}: for 'Gt', 'Lt' operators, the value must be an integer`);
    }
    const complaints = isLabelValue(value);
    if (complaints.length) faults.push(`values[${index}][${requirement.key}]: Invalid value: ${goQuote(value)}: ${complaints.join('; ')}`);
  });
  if (faults.length) throw new SelectorError(faults.length === 1 ? (faults[0] ?? '') : `[${faults.join(', ')}]`);
  return requirement;
}
