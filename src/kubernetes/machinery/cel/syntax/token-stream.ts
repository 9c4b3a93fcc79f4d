import type { Issue } from './issues.ts';
import type { Token } from './lexer.ts';

/** What may start an expression, in the words of upstream's parser. */
export const STARTS_EXPRESSION =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

const STARTS: ReadonlySet<string> = new Set(['[', '{', '(', '.', '-', '!', 'true', 'false', 'null']);
const FOLLOWS: ReadonlySet<string> = new Set(['==', '!=', 'in', '<', '<=', '>=', '>', '&&', '||', '[', '.', '?', '+', '-', '*', '/', '%']);
const MAX_RECOVERIES = 30;

/** Ends the parsing of a text that is beyond repair. What was wrong has been reported by then. */
export class ParsingStopped extends Error {}

export const startsExpression = ({ kind, text }: Token): boolean =>
  kind === 'symbol' ? STARTS.has(text) : kind !== 'end' && kind !== 'quoted-identifier';

/**
 * Tokens with upstream's way of reporting and of carrying on: a token too many is skipped, a closing token too few is
 * made up, anything else skips to where an operator or a closing token makes sense again. After one report there is no
 * other until a token fits.
 */
export class TokenStream {
  readonly #tokens: readonly Token[];
  readonly #report: (issue: Issue) => void;
  readonly #closers: string[] = [];
  #at = 0;
  #recovering = false;
  #recoveries = 0;

  constructor(tokens: readonly Token[], report: (issue: Issue) => void) {
    this.#tokens = tokens;
    this.#report = report;
  }

  get current(): Token {
    return this.#tokens[this.#at]!;
  }

  peek(ahead = 1): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]!;
  }

  is(symbol: string): boolean {
    return this.current.kind === 'symbol' && this.current.text === symbol;
  }

  /** Takes the current token, whatever it is. */
  take(): Token {
    const token = this.current;
    if (token.kind !== 'end') this.#at++;
    this.#recovering = false;
    return token;
  }

  /** Takes the symbol if it is the current token. */
  accept(symbol: string): Token | undefined {
    return this.is(symbol) ? this.take() : undefined;
  }

  /** Takes a symbol that must come now. */
  expect(symbol: string, canFollow: (token: Token) => boolean): Token {
    if (this.is(symbol)) return this.take();
    const token = this.current;
    if (this.#isSymbol(this.peek(), symbol)) {
      this.#complain(`extraneous input '${token.text}' expecting '${symbol}'`, token);
      this.#at++;
      return this.take();
    }
    if (canFollow(token)) this.#complain(`missing '${symbol}' at '${token.text}'`, token);
    else this.#mismatch(`'${symbol}'`);
    return { kind: 'symbol', text: symbol, offset: token.offset };
  }

  /** Takes the end of a list, map or message, before which a comma might have stood. */
  expectEnd(symbol: string): void {
    if (this.accept(symbol)) return;
    const expecting = `{'${symbol}', ','}`;
    const token = this.current;
    if (this.#isSymbol(this.peek(), symbol) || this.#isSymbol(this.peek(), ',')) {
      this.#complain(`extraneous input '${token.text}' expecting ${expecting}`, token);
      this.#at++;
      this.accept(symbol);
    } else {
      this.#mismatch(expecting);
      this.accept(symbol);
    }
  }

  /** Skips a token that nothing can be made of when what follows will do; false when it will not. */
  skipIfNext(fits: (token: Token) => boolean, expecting: string): boolean {
    if (!fits(this.peek())) return false;
    this.#complain(`extraneous input '${this.current.text}' expecting ${expecting}`, this.current);
    this.#at++;
    return true;
  }

  /** Reports that the current token will not do and skips to one that may go on. */
  mismatch(expecting: string): void {
    this.#mismatch(expecting);
  }

  noAlternative(from: string): void {
    this.#complain(`no viable alternative at input '${from}'`, this.current);
    this.#skip();
  }

  end(): void {
    const token = this.current;
    if (token.kind === 'end') return;
    const kind = this.peek().kind === 'end' ? 'extraneous' : 'mismatched';
    this.#complain(`${kind} input '${token.text}' expecting <EOF>`, token);
  }

  /** Reads something between brackets: within, its closing token is where recovery stops. */
  within<T>(closers: readonly string[], read: () => T): T {
    this.#closers.push(...closers);
    try {
      return read();
    } finally {
      this.#closers.length -= closers.length;
    }
  }

  #isSymbol(token: Token, symbol: string): boolean {
    return token.kind === 'symbol' && token.text === symbol;
  }

  #mismatch(expecting: string): void {
    this.#complain(`mismatched input '${this.current.text}' expecting ${expecting}`, this.current);
    this.#skip();
  }

  #complain(message: string, { offset }: Token): void {
    if (!this.#recovering) this.#report({ message: `Syntax error: ${message}`, offset });
    this.#recovering = true;
    if (++this.#recoveries <= MAX_RECOVERIES) return;
    this.#report({ message: `Syntax error: error recovery attempt limit exceeded: ${MAX_RECOVERIES}`, offset });
    throw new ParsingStopped();
  }

  #skip(): void {
    while (this.current.kind !== 'end' && !this.#mayFollow(this.current)) this.#at++;
  }

  #mayFollow({ kind, text }: Token): boolean {
    return kind === 'symbol' && (FOLLOWS.has(text) || this.#closers.includes(text));
  }
}
