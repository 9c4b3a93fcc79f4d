import { foldCase, PERL, POSIX, unicodeClass } from './classes.ts';
import { type Assertion, invert, MAX_CODE_POINT, normalize, type Pattern, PatternError, type Ranges } from './syntax.ts';

interface Flags {
  /** `i` */
  readonly fold: boolean;
  /** `m`: `^` and `$` match at lines */
  readonly lines: boolean;
  /** `s`: `.` matches a line feed */
  readonly dotAll: boolean;
  /** `U`: `x*` is lazy and `x*?` greedy */
  readonly swapGreed: boolean;
}

const NO_FLAGS: Flags = { fold: false, lines: false, dotAll: false, swapGreed: false };
const MAX_REPEAT = 1000;
const MAX_DEPTH = 1000;
const LETTER_FLAGS: Readonly<Record<string, keyof Flags>> = { i: 'fold', m: 'lines', s: 'dotAll', U: 'swapGreed' };
const CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };
const ASSERTIONS: Readonly<Record<string, Assertion>> = { A: 'text-start', z: 'text-end', b: 'word', B: 'not-word' };

/** Reads a regular expression of RE2's syntax; throws {@link PatternError} for anything else. */
export function parsePattern(source: string): Pattern {
  return new PatternParser(source).parse();
}

class PatternParser {
  readonly #source: string;
  readonly #names = new Set<string>();
  #at = 0;
  #depth = 0;
  #flags = NO_FLAGS;

  constructor(source: string) {
    this.#source = source;
  }

  parse(): Pattern {
    const pattern = this.#choice();
    if (this.#at < this.#source.length) throw new PatternError('unexpected )', this.#source);
    checkSize(pattern, this.#source);
    return pattern;
  }

  #peek(): string {
    const code = this.#source.codePointAt(this.#at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  #next(): string {
    const character = this.#peek();
    this.#at += character.length;
    return character;
  }

  #accept(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #choice(): Pattern {
    if (++this.#depth > MAX_DEPTH) throw new PatternError('expression nests too deeply', this.#source);
    const options = [this.#sequence()];
    while (this.#accept('|')) options.push(this.#sequence());
    this.#depth--;
    return options.length === 1 ? options[0]! : { kind: 'choice', options };
  }

  #sequence(): Pattern {
    const items: Pattern[] = [];
    while (this.#at < this.#source.length && this.#peek() !== '|' && this.#peek() !== ')') {
      const quoted = this.#accept('\\Q') ? this.#quoted() : undefined;
      // A repetition behind quoted text is one of its last character.
      const last = quoted ? quoted.pop() : this.#atom();
      items.push(...(quoted ?? []), ...(last ? [this.#repeated(last)] : []));
    }
    return items.length === 1 ? items[0]! : items.length ? { kind: 'sequence', items } : { kind: 'empty' };
  }

  #quoted(): Pattern[] {
    const end = this.#source.indexOf('\\E', this.#at);
    const text = this.#source.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#source.length : end + 2;
    return [...text].map((character) => this.#character(character.codePointAt(0)!));
  }

  #repeated(atom: Pattern): Pattern {
    let pattern = atom;
    for (let before = ''; ; ) {
      const from = this.#at;
      const range = this.#repetition();
      if (!range) return pattern;
      const greedy = !this.#accept('?');
      const operator = this.#source.slice(from, this.#at);
      if (before) throw new PatternError('invalid nested repetition operator', before + operator);
      before = operator;
      pattern = { kind: 'repeat', inner: pattern, min: range[0], max: range[1], greedy: greedy !== this.#flags.swapGreed };
      if (nestedRepeats(pattern) > MAX_REPEAT) throw new PatternError('invalid repeat count', operator);
    }
  }

  #repetition(): readonly [number, number] | undefined {
    if (this.#accept('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#accept('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#accept('?')) return [0, 1];
    const counted = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.#source.slice(this.#at, this.#at + 20));
    if (!counted) return undefined;
    this.#at += counted[0].length;
    const min = Number(counted[1]);
    const max = counted[2] === undefined ? min : counted[3] === '' ? Number.POSITIVE_INFINITY : Number(counted[3]);
    if (min > MAX_REPEAT || (max !== Number.POSITIVE_INFINITY && (max > MAX_REPEAT || max < min)))
      throw new PatternError('invalid repeat count', counted[0]);
    return [min, max];
  }

  #atom(): Pattern {
    const character = this.#next();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return this.#exactly(this.#class());
      case '.':
        return this.#flags.dotAll ? this.#exactly([[0, MAX_CODE_POINT]]) : this.#exactly(invert([[10, 10]]));
      case '^':
        return { kind: 'assert', what: this.#flags.lines ? 'line-start' : 'text-start' };
      case '$':
        return { kind: 'assert', what: this.#flags.lines ? 'line-end' : 'text-end' };
      case '*':
      case '+':
      case '?':
        throw new PatternError('missing argument to repetition operator', character);
      case '\\':
        return this.#escape();
      default:
        return this.#character(character.codePointAt(0)!);
    }
  }

  #character(code: number): Pattern {
    return this.#set([[code, code]]);
  }

  #set(ranges: Ranges): Pattern {
    return this.#exactly(this.#flags.fold ? foldCase(ranges) : ranges);
  }

  #exactly(ranges: Ranges): Pattern {
    return { kind: 'set', ranges: normalize(ranges) };
  }

  #group(): Pattern {
    const outer = this.#flags;
    if (this.#peek() === '?' && !this.#name()) {
      const scoped = this.#changeFlags();
      if (!scoped) return { kind: 'empty' };
    }
    const inner = this.#choice();
    if (!this.#accept(')')) throw new PatternError('missing closing )', this.#source);
    // Flags set alone within a group end with it.
    this.#flags = outer;
    return { kind: 'group', inner };
  }

  /** `?P<name>` or `?<name>`. */
  #name(): boolean {
    const rest = this.#source.slice(this.#at);
    const opened = /^\?P?<(?![=!])/.exec(rest);
    if (!opened) return false;
    const name = /^\?P?<([A-Za-z0-9_]+)>/.exec(rest);
    if (!name)
      throw new PatternError('invalid named capture', `(${rest.slice(0, rest.indexOf('>') < 0 ? undefined : rest.indexOf('>') + 1)}`);
    if (this.#names.has(name[1]!)) throw new PatternError('duplicate capture group name', name[1]!);
    this.#names.add(name[1]!);
    this.#at += name[0].length;
    return true;
  }

  /** `?i:` opens a group with other flags; `?i)` changes those of the rest of the group around it. */
  #changeFlags(): boolean {
    const match = /^\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(this.#source.slice(this.#at));
    if (!match || (match[1] === '' && match[2] === undefined && match[3] === ')')) {
      throw new PatternError('invalid or unsupported Perl syntax', `(${this.#source.slice(this.#at, this.#at + 2)}`);
    }
    this.#at += match[0].length;
    const flags: Record<keyof Flags, boolean> = { ...this.#flags };
    for (const letter of match[1]!) flags[LETTER_FLAGS[letter]!] = true;
    for (const letter of match[2] ?? '') flags[LETTER_FLAGS[letter]!] = false;
    this.#flags = flags;
    return match[3] === ':';
  }

  #escape(): Pattern {
    if (this.#at >= this.#source.length) throw new PatternError('trailing backslash at end of expression', '');
    const character = this.#peek();
    const assertion = ASSERTIONS[character];
    if (assertion) {
      this.#next();
      return { kind: 'assert', what: assertion };
    }
    return this.#set(this.#classEscape() ?? single(this.#escapedCharacter()));
  }

  /** `\d`, `\pL` and the like, after the backslash. */
  #classEscape(): Ranges | undefined {
    const character = this.#peek();
    const perl = PERL[character];
    if (perl) {
      this.#next();
      return perl;
    }
    if (character !== 'p' && character !== 'P') return undefined;
    const match = /^[pP](?:\{(\^?)([^}]*)\}|(.))/su.exec(this.#source.slice(this.#at));
    if (!match) throw new PatternError('invalid character class range', `\\${this.#source.slice(this.#at)}`);
    this.#at += match[0].length;
    const ranges = unicodeClass(match[2] ?? match[3]!, `\\${match[0]}`);
    return (character === 'P') !== (match[1] === '^') ? invert(ranges) : ranges;
  }

  #escapedCharacter(): number {
    const start = this.#at - 1;
    const rest = this.#source.slice(this.#at);
    const hex = /^x(?:\{([0-9a-fA-F]{1,8})\}|([0-9a-fA-F]{2}))/.exec(rest);
    if (hex) {
      this.#at += hex[0].length;
      const code = Number.parseInt(hex[1] ?? hex[2]!, 16);
      if (code > MAX_CODE_POINT) throw new PatternError('invalid escape sequence', `\\${hex[0]}`);
      return code;
    }
    const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
    if (octal) {
      this.#at += octal[0].length;
      return Number.parseInt(octal[0], 8);
    }
    const character = this.#next();
    const control = CONTROL[character];
    if (control !== undefined) return control;
    if (/[A-Za-z0-9]/.test(character) || character.codePointAt(0)! > 127)
      throw new PatternError('invalid escape sequence', this.#source.slice(start, this.#at));
    return character.codePointAt(0)!;
  }

  /** What stands between `[` and `]`. */
  #class(): Ranges {
    const start = this.#at - 1;
    const negated = this.#accept('^');
    const ranges: (readonly [number, number])[] = [];
    for (let first = true; first || !this.#accept(']'); first = false) {
      if (this.#at >= this.#source.length) throw new PatternError('missing closing ]', this.#source.slice(start));
      ranges.push(...this.#classItem(start));
    }
    const folded = this.#flags.fold ? foldCase(ranges) : ranges;
    return negated ? invert(folded) : folded;
  }

  #classItem(start: number): Ranges {
    if (this.#source.startsWith('[:', this.#at)) {
      const posix = this.#posix();
      if (posix) return posix;
    }
    const from = this.#at;
    if (this.#peek() === '\\') {
      this.#next();
      const ranges = this.#classEscape();
      if (ranges) return ranges;
      this.#at = from;
    }
    const low = this.#classCharacter(start);
    if (!(this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']' && this.#at + 1 < this.#source.length)) return single(low);
    this.#next();
    const high = this.#classCharacter(start);
    if (high < low) throw new PatternError('invalid character class range', this.#source.slice(from, this.#at));
    return [[low, high]];
  }

  #posix(): Ranges | undefined {
    const match = /^\[:(\^?)([^:\]]*):\]/.exec(this.#source.slice(this.#at));
    if (!match) return undefined;
    const ranges = POSIX[match[2]!];
    if (!ranges) throw new PatternError('invalid character class range', match[0]);
    this.#at += match[0].length;
    return match[1] ? invert(ranges) : ranges;
  }

  #classCharacter(start: number): number {
    if (this.#at >= this.#source.length) throw new PatternError('missing closing ]', this.#source.slice(start));
    const character = this.#next();
    return character === '\\' ? this.#escapedCharacter() : character.codePointAt(0)!;
  }
}

const single = (code: number): Ranges => [[code, code]];

/** How often the innermost part may be repeated by counted repetitions around each other. */
function nestedRepeats(pattern: Pattern): number {
  switch (pattern.kind) {
    case 'repeat': {
      const times = pattern.max === Number.POSITIVE_INFINITY ? Math.max(pattern.min, 1) : Math.max(pattern.max, 1);
      return times * nestedRepeats(pattern.inner);
    }
    case 'group':
      return nestedRepeats(pattern.inner);
    case 'sequence':
      return Math.max(1, ...pattern.items.map(nestedRepeats));
    case 'choice':
      return Math.max(1, ...pattern.options.map(nestedRepeats));
    default:
      return 1;
  }
}

const MAX_SIZE = 100_000;

function checkSize(pattern: Pattern, source: string): void {
  if (sizeOf(pattern) > MAX_SIZE) throw new PatternError('expression too large', source);
}

/** The number of instructions that a pattern takes. */
function sizeOf(pattern: Pattern): number {
  switch (pattern.kind) {
    case 'repeat':
      return sizeOf(pattern.inner) * (pattern.max === Number.POSITIVE_INFINITY ? pattern.min + 1 : Math.max(pattern.max, 1)) + 1;
    case 'group':
      return sizeOf(pattern.inner);
    case 'sequence':
      return pattern.items.reduce((sum, item) => sum + sizeOf(item), 1);
    case 'choice':
      return pattern.options.reduce((sum, option) => sum + sizeOf(option) + 1, 1);
    default:
      return 1;
  }
}
