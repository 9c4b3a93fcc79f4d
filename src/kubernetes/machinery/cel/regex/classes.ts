import { invert, MAX_CODE_POINT, normalize, PatternError, type Ranges } from './syntax.ts';

const DIGIT: Ranges = [[48, 57]];
const SPACE: Ranges = [
  [9, 10],
  [12, 13],
  [32, 32],
];
const WORD: Ranges = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
];

/** `\d`, `\s`, `\w` and their opposites. Only ASCII, as in Go. */
export const PERL: Readonly<Record<string, Ranges>> = { d: DIGIT, s: SPACE, w: WORD, D: invert(DIGIT), S: invert(SPACE), W: invert(WORD) };

/** `[[:alpha:]]` and the like. */
export const POSIX: Readonly<Record<string, Ranges>> = {
  alnum: [
    [48, 57],
    [65, 90],
    [97, 122],
  ],
  alpha: [
    [65, 90],
    [97, 122],
  ],
  ascii: [[0, 127]],
  blank: [
    [9, 9],
    [32, 32],
  ],
  cntrl: [
    [0, 31],
    [127, 127],
  ],
  digit: DIGIT,
  graph: [[33, 126]],
  lower: [[97, 122]],
  print: [[32, 126]],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
  space: [
    [9, 13],
    [32, 32],
  ],
  upper: [[65, 90]],
  word: WORD,
  xdigit: [
    [48, 57],
    [65, 70],
    [97, 102],
  ],
};

const properties = new Map<string, Ranges>();

/** The characters of a Unicode category or script, `L`, `Lu`, `Greek`. */
export function unicodeClass(name: string, part: string): Ranges {
  if (name === 'Any') return [[0, MAX_CODE_POINT]];
  const known = properties.get(name);
  if (known) return known;
  const test = propertyTest(name);
  if (!test) throw new PatternError('invalid character class range', part);
  const ranges = rangesWhere((code) => test.test(String.fromCodePoint(code)));
  properties.set(name, ranges);
  return ranges;
}

function propertyTest(name: string): RegExp | undefined {
  if (!/^[A-Za-z_]+$/.test(name)) return undefined;
  for (const property of [`\\p{General_Category=${name}}`, `\\p{Script=${name}}`]) {
    try {
      return new RegExp(`^${property}$`, 'u');
    } catch {
      // Not a name of that kind.
    }
  }
  return undefined;
}

function rangesWhere(holds: (code: number) => boolean): Ranges {
  const ranges: [number, number][] = [];
  for (let code = 0; code <= MAX_CODE_POINT; code++) {
    if (!holds(code)) continue;
    const last = ranges.at(-1);
    if (last && last[1] === code - 1) last[1] = code;
    else ranges.push([code, code]);
  }
  return ranges;
}

/** The ranges with the other case of every character. Beyond these many characters only ASCII is folded. */
const MAX_FOLDED = 4096;

export function foldCase(ranges: Ranges): Ranges {
  const size = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const folded: [number, number][] = ranges.map(([from, to]) => [from, to]);
  for (const [from, to] of ranges) {
    const end = size > MAX_FOLDED ? Math.min(to, 0x17f) : to;
    for (let code = from; code <= end; code++) for (const other of otherCases(code)) folded.push([other, other]);
  }
  return normalize(folded);
}

/** Characters whose simple folding Unicode adds to that of the letter alone. */
const EXTRA: Readonly<Record<number, readonly number[]>> = {
  75: [0x212a],
  107: [0x212a],
  83: [0x17f],
  115: [0x17f],
  8490: [0x4b, 0x6b],
  383: [0x53, 0x73],
  229: [0x212b],
  197: [0x212b],
  8491: [0xc5, 0xe5],
  969: [0x2126],
  937: [0x2126],
  8486: [0x3c9, 0x3a9],
};

function otherCases(code: number): number[] {
  const character = String.fromCodePoint(code);
  const cases = [character.toLowerCase(), character.toUpperCase()]
    .filter((text) => [...text].length === 1)
    .map((text) => text.codePointAt(0)!);
  return [...cases, ...(EXTRA[code] ?? [])];
}
