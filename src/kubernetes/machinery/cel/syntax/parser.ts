import { type Expr, type MapEntryExpr, type ParsedExpression, qualifiedName, type StructFieldExpr } from './ast.ts';
import { CelIssues, type Issue } from './issues.ts';
import { type Token, tokenize } from './lexer.ts';
import { literalValue } from './literals.ts';
import { MacroError, type MacroTable } from './macros.ts';
import { Nodes } from './nodes.ts';
import { ParsingStopped, STARTS_EXPRESSION, startsExpression, TokenStream } from './token-stream.ts';

export interface ParserOptions {
  readonly macros: MacroTable;
  /** Allows `a.?b`, `a[?b]`, `[?a]` and `{?k: v}`. */
  readonly optionalSyntax: boolean;
  /** Allows fields between back quotes. */
  readonly quotedFields: boolean;
}

const MAX_SIZE = 100_000;
const MAX_DEPTH = 250;

const RESERVED: ReadonlySet<string> = new Set(
  'as break const continue else for function if import let loop package namespace return var void while'.split(' '),
);
const RELATIONS: ReadonlySet<string> = new Set(['<', '<=', '>=', '>', '==', '!=', 'in']);
const SUMS: ReadonlySet<string> = new Set(['+', '-']);
const PRODUCTS: ReadonlySet<string> = new Set(['*', '/', '%']);

/** Reads the text of an expression into a tree. */
export function parse(source: string, options: ParserOptions): ParsedExpression | CelIssues {
  const issues: Issue[] = [];
  if (source.length > MAX_SIZE) {
    const size = [...source].length;
    if (size > MAX_SIZE)
      return new CelIssues('', [
        { message: `expression code point size exceeds limit: size: ${size}, limit ${MAX_SIZE}`, offset: undefined },
      ]);
  }
  const parser = new Parser(source, options, issues);
  const root = parser.parse();
  return issues.length || !root ? new CelIssues(source, issues) : { root, positions: parser.nodes.positions };
}

class Parser {
  readonly nodes = new Nodes();
  readonly #options: ParserOptions;
  readonly #issues: Issue[];
  readonly #tokens: TokenStream;
  #depth = 0;

  constructor(source: string, options: ParserOptions, issues: Issue[]) {
    const report = (issue: Issue): void => void issues.push(issue);
    this.#options = options;
    this.#issues = issues;
    this.#tokens = new TokenStream(tokenize(source, report), report);
  }

  parse(): Expr | undefined {
    try {
      const root = this.#expression();
      this.#tokens.end();
      return root;
    } catch (error) {
      if (error instanceof ParsingStopped) return undefined;
      throw error;
    }
  }

  #expression(): Expr {
    if (++this.#depth > MAX_DEPTH) this.#stop(`expression recursion limit exceeded: ${MAX_DEPTH}`);
    const expr = this.#conditional();
    this.#depth--;
    return expr;
  }

  #conditional(): Expr {
    const condition = this.#or();
    const question = this.#tokens.accept('?');
    if (!question) return condition;
    const id = this.nodes.at(question.offset);
    const yes = this.#tokens.within([':'], () => this.#or());
    this.#tokens.expect(':', startsExpression);
    const no = this.#expression();
    return { kind: 'call', id, name: '_?_:_', args: [condition, yes, no] };
  }

  #or(): Expr {
    return this.#logical('||', '_||_', () => this.#logical('&&', '_&&_', () => this.#relation()));
  }

  /** Chains of `&&` and `||` become balanced trees, so that long ones stay shallow. */
  #logical(symbol: string, name: string, operand: () => Expr): Expr {
    const terms = [operand()];
    const ids: number[] = [];
    for (let operator = this.#tokens.accept(symbol); operator; operator = this.#tokens.accept(symbol)) {
      ids.push(this.nodes.at(operator.offset));
      terms.push(operand());
    }
    return terms.length === 1 ? terms[0]! : balanced(name, ids, terms, 0, ids.length - 1);
  }

  #relation(): Expr {
    return this.#chain(RELATIONS, () => this.#chain(SUMS, () => this.#chain(PRODUCTS, () => this.#unary())));
  }

  #chain(symbols: ReadonlySet<string>, operand: () => Expr): Expr {
    let left = operand();
    for (let length = 1; this.#tokens.current.kind === 'symbol' && symbols.has(this.#tokens.current.text); length++) {
      this.#checkLength(length);
      const { text, offset } = this.#tokens.take();
      const id = this.nodes.at(offset);
      left = { kind: 'call', id, name: text === 'in' ? '@in' : `_${text}_`, args: [left, operand()] };
    }
    return left;
  }

  #unary(): Expr {
    const token = this.#tokens.current;
    if (this.#tokens.is('!')) return this.#prefixed('!', '!_', token);
    if (this.#tokens.is('-') && !this.#isNegativeLiteral()) return this.#prefixed('-', '-_', token);
    return this.#member();
  }

  #isNegativeLiteral(): boolean {
    return ['int', 'double'].includes(this.#tokens.peek().kind);
  }

  /** A run of the same sign; two of them cancel out. */
  #prefixed(symbol: string, name: string, { offset }: Token): Expr {
    let count = 0;
    while (this.#tokens.accept(symbol)) count++;
    if (count % 2 === 0) return this.#member();
    const id = this.nodes.at(offset);
    return { kind: 'call', id, name, args: [this.#member()] };
  }

  #member(): Expr {
    let expr = this.#primary();
    for (let length = 1; ; length++) {
      if (this.#tokens.is('.')) expr = this.#dotted(expr);
      else if (this.#tokens.is('[')) expr = this.#indexed(expr);
      else return expr;
      this.#checkLength(length);
    }
  }

  #dotted(operand: Expr): Expr {
    const dot = this.#tokens.take();
    const question = this.#tokens.accept('?');
    if (question && !this.#options.optionalSyntax) this.#issue("unsupported syntax '.?'", dot.offset);
    const field = this.#fieldName('IDENTIFIER', '.');
    if (!field) return operand;
    const open = question || field.kind === 'quoted-identifier' ? undefined : this.#tokens.accept('(');
    if (open) return this.#methodCall(operand, field, open);
    const name = this.#unquoteField(field);
    if (!question) return this.nodes.select(dot.offset, operand, name);
    return this.nodes.call(dot.offset, '_?._', operand, this.nodes.literal(field.offset, name));
  }

  /** The token after a dot or at the start of a field; undefined when it is none. */
  #fieldName(expecting: string, after: string): Token | undefined {
    const token = this.#tokens.current;
    if (token.kind === 'identifier' || token.kind === 'quoted-identifier') return this.#tokens.take();
    if (token.kind === 'symbol' && /^\w/.test(token.text)) this.#tokens.mismatch(expecting);
    else this.#tokens.noAlternative(`${after}${token.kind === 'end' ? '' : token.text}`);
    return undefined;
  }

  #unquoteField({ kind, text, offset }: Token): string {
    if (kind !== 'quoted-identifier') return text;
    if (!this.#options.quotedFields) this.#issue("unsupported syntax: '`'", offset);
    return text.slice(1, -1);
  }

  #methodCall(target: Expr, name: Token, open: Token): Expr {
    const id = this.nodes.at(open.offset);
    const args = this.#arguments();
    return this.#expand(name.text, open.offset, target, args) ?? { kind: 'call', id, name: name.text, target, args };
  }

  #arguments(): Expr[] {
    const args: Expr[] = [];
    this.#tokens.within([')', ','], () => {
      this.#startOf([')'], "{'[', '{', '(', ')', '.', '-', '!'");
      if (this.#tokens.is(')')) return;
      do args.push(this.#expression());
      while (this.#tokens.accept(','));
    });
    this.#tokens.expect(')', (token) => token.kind === 'end');
    return args;
  }

  /** Looks for what may stand behind an opening bracket: an expression or one of some symbols. */
  #startOf(symbols: readonly string[], expecting: string): void {
    const fits = (token: Token): boolean => startsExpression(token) || symbols.some((symbol) => isSymbol(token, symbol));
    const all = `${expecting}, 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}`;
    if (!fits(this.#tokens.current) && !this.#tokens.skipIfNext(fits, all)) this.#tokens.mismatch(all);
  }

  #expand(name: string, offset: number, target: Expr | undefined, args: readonly Expr[]): Expr | undefined {
    const macro = this.#options.macros.find(name, target !== undefined, args.length);
    if (!macro) return undefined;
    try {
      return macro.expand({ nodes: this.nodes, offset, target: target ?? this.nodes.literal(offset, null), args });
    } catch (error) {
      if (!(error instanceof MacroError)) throw error;
      return this.#error(error.message, this.nodes.positionOf(error.expr));
    }
  }

  #indexed(operand: Expr): Expr {
    const open = this.#tokens.take();
    const id = this.nodes.at(open.offset);
    const optional = this.#tokens.accept('?');
    if (optional && !this.#options.optionalSyntax) this.#issue("unsupported syntax '[?'", open.offset);
    const index = this.#tokens.within([']'], () => this.#expression());
    this.#tokens.expect(']', (token) => token.kind === 'end');
    return { kind: 'call', id, name: optional ? '_[?_]' : '_[_]', args: [operand, index] };
  }

  #primary(): Expr {
    const token = this.#tokens.current;
    switch (token.kind) {
      case 'identifier':
        return this.#identifier(undefined);
      case 'symbol':
        return this.#symbol(token);
      case 'end':
      case 'quoted-identifier':
        return this.#noExpression();
      default:
        return this.#literal(this.#tokens.take());
    }
  }

  #symbol(token: Token): Expr {
    switch (token.text) {
      case '.':
        if (this.#tokens.peek().kind !== 'identifier') return this.#noName();
        return this.#identifier(this.#tokens.take());
      case '(':
        return this.#nested();
      case '[':
        return this.#list();
      case '{':
        return this.#map();
      case 'true':
      case 'false':
        return this.nodes.literal(this.#tokens.take().offset, token.text === 'true');
      case 'null':
        return this.nodes.literal(this.#tokens.take().offset, null);
      case '-':
        if (!this.#isNegativeLiteral()) return this.#noExpression();
        this.#tokens.take();
        return this.#literal(this.#negative(token));
      default:
        return this.#noExpression();
    }
  }

  #negative({ offset }: Token): Token {
    const number = this.#tokens.take();
    return { kind: number.kind, text: `-${number.text}`, offset };
  }

  /** A dot at which nothing that could follow fits: upstream reports no more after it. */
  #noName(): never {
    const next = this.#tokens.peek();
    const text = next.kind === 'end' ? '' : next.text;
    this.#issue(`Syntax error: no viable alternative at input '.${text}'`, next.offset);
    throw new ParsingStopped();
  }

  #noExpression(): Expr {
    const { offset } = this.#tokens.current;
    if (this.#tokens.skipIfNext(startsExpression, STARTS_EXPRESSION)) return this.#unary();
    this.#tokens.mismatch(STARTS_EXPRESSION);
    return this.nodes.literal(offset, null);
  }

  #nested(): Expr {
    this.#tokens.take();
    const expr = this.#tokens.within([')'], () => this.#expression());
    this.#tokens.expect(')', (token) => token.kind === 'end');
    return expr;
  }

  /** A variable, a call, or the name of a message about to be made. */
  #identifier(dot: Token | undefined): Expr {
    const name = this.#tokens.take();
    const start = dot?.offset ?? name.offset;
    const text = (dot ? '.' : '') + name.text;
    if (this.#startsMessage()) return this.#message(text, start);
    if (RESERVED.has(name.text)) return this.#reserved(name);
    const open = this.#tokens.accept('(');
    if (!open) return this.nodes.ident(start, text);
    const id = this.nodes.at(open.offset);
    const args = this.#arguments();
    return this.#expand(text, open.offset, undefined, args) ?? { kind: 'call', id, name: text, args };
  }

  #reserved(name: Token): Expr {
    const failed = this.#error(`reserved identifier: ${name.text}`, name.offset);
    if (this.#tokens.accept('(')) this.#arguments();
    return failed;
  }

  /** Whether `.b.C{` follows. */
  #startsMessage(): boolean {
    let ahead = 0;
    while (isSymbol(this.#tokens.peek(ahead), '.') && this.#tokens.peek(ahead + 1).kind === 'identifier') ahead += 2;
    return isSymbol(this.#tokens.peek(ahead), '{');
  }

  #message(first: string, start: number): Expr {
    let name = first;
    while (this.#tokens.accept('.')) name += `.${this.#tokens.take().text}`;
    const open = this.#tokens.take();
    const id = this.nodes.at(open.offset);
    const fields = this.#tokens.within(['}', ',', ':'], () => this.#fields());
    this.#tokens.expectEnd('}');
    if (qualifiedName({ kind: 'ident', id: 0, name }) === undefined) return this.#error('expected a qualified name', start);
    return { kind: 'struct', id, typeName: name, fields };
  }

  #fields(): StructFieldExpr[] {
    const fields: StructFieldExpr[] = [];
    if (this.#tokens.accept(',')) return fields;
    while (!this.#tokens.is('}')) {
      const field = this.#field();
      if (!field) break;
      fields.push(field);
      if (!this.#tokens.accept(',')) break;
    }
    return fields;
  }

  #field(): StructFieldExpr | undefined {
    const question = this.#tokens.accept('?');
    this.#checkOptional(question);
    const isName = ({ kind }: Token): boolean => kind === 'identifier' || kind === 'quoted-identifier';
    const expecting = question ? '{IDENTIFIER, ESC_IDENTIFIER}' : "{'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}";
    if (!isName(this.#tokens.current) && !this.#tokens.skipIfNext(isName, expecting)) {
      this.#tokens.mismatch(expecting);
      return undefined;
    }
    const name = this.#unquoteField(this.#tokens.take());
    const colon = this.#tokens.expect(':', startsExpression);
    const id = this.nodes.at(colon.offset);
    return { id, name, value: this.#optionalPart(question, () => this.#expression()), optional: question !== undefined };
  }

  /** Reads what belongs to a `?` that is not allowed: of that only what is no syntax at all is reported. */
  #optionalPart<T>(question: Token | undefined, read: () => T): T {
    const before = this.#issues.length;
    const part = read();
    if (question && !this.#options.optionalSyntax) {
      const kept = this.#issues.splice(before).filter(({ message }) => message.startsWith('Syntax error'));
      this.#issues.push(...kept);
    }
    return part;
  }

  #checkOptional(question: Token | undefined): void {
    if (question && !this.#options.optionalSyntax) this.#issue("unsupported syntax '?'", question.offset);
  }

  #list(): Expr {
    const open = this.#tokens.take();
    const id = this.nodes.at(open.offset);
    const elements: Expr[] = [];
    const optional: number[] = [];
    this.#tokens.within([']', ','], () => {
      this.#startOf([']', '?', ','], "{'[', ']', '{', '(', '.', ',', '-', '!', '?'");
      if (this.#tokens.accept(',')) return;
      while (!this.#tokens.is(']')) {
        const question = this.#tokens.accept('?');
        this.#checkOptional(question);
        if (question) optional.push(elements.length);
        elements.push(this.#expression());
        if (!this.#tokens.accept(',')) break;
      }
    });
    this.#tokens.expectEnd(']');
    return { kind: 'list', id, elements, optional };
  }

  #map(): Expr {
    const open = this.#tokens.take();
    const id = this.nodes.at(open.offset);
    const entries: MapEntryExpr[] = [];
    this.#tokens.within(['}', ',', ':'], () => {
      if (this.#tokens.accept(',')) return;
      while (!this.#tokens.is('}')) {
        entries.push(this.#entry());
        if (!this.#tokens.accept(',')) break;
      }
    });
    this.#tokens.expectEnd('}');
    return { kind: 'map', id, entries };
  }

  #entry(): MapEntryExpr {
    const expecting =
      "{'[', '{', '}', '(', '.', ',', '-', '!', '?', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
    const question = this.#tokens.accept('?');
    this.#checkOptional(question);
    if (!startsExpression(this.#tokens.current) && !this.#tokens.skipIfNext(startsExpression, expecting)) this.#tokens.mismatch(expecting);
    return this.#optionalPart(question, () => {
      const key = this.#expression();
      const colon = this.#tokens.expect(':', startsExpression);
      const id = this.nodes.at(colon.offset);
      return { id, key, value: this.#expression(), optional: question !== undefined };
    });
  }

  #literal(token: Token): Expr {
    try {
      return this.nodes.literal(token.offset, literalValue(token));
    } catch (error) {
      if (error instanceof SyntaxError) return this.#error(error.message, token.offset);
      throw error;
    }
  }

  #issue(message: string, offset: number): void {
    this.#issues.push({ message, offset });
  }

  /** Reports and gives a node to go on with. */
  #error(message: string, offset: number): Expr {
    this.#issue(message, offset);
    return this.nodes.literal(offset, null);
  }

  #checkLength(length: number): void {
    if (length > MAX_DEPTH) this.#stop('max recursion depth exceeded');
  }

  #stop(message: string): never {
    this.#issues.push({ message, offset: undefined });
    throw new ParsingStopped();
  }
}

const isSymbol = ({ kind, text }: Token, symbol: string): boolean => kind === 'symbol' && text === symbol;

function balanced(name: string, ids: readonly number[], terms: readonly Expr[], low: number, high: number): Expr {
  const middle = (low + high + 1) >> 1;
  const left = middle === low ? terms[middle]! : balanced(name, ids, terms, low, middle - 1);
  const right = middle === high ? terms[middle + 1]! : balanced(name, ids, terms, middle + 1, high);
  return { kind: 'call', id: ids[middle]!, name, args: [left, right] };
}
