/**
 * A regular expression as instructions, run over a text in one pass whatever the expression is: time grows with the
 * length of the text times that of the program, never faster. Matches are those of a backtracking matcher: the leftmost,
 * and of those the one that comes first in the order of the alternatives.
 */

import { type Assertion, matchesEmpty, type Pattern, type Ranges } from './syntax.ts';

type Instruction =
  | { readonly op: 'set'; readonly ranges: Ranges }
  | { readonly op: 'assert'; readonly what: Assertion }
  /** Goes on at both places, the first preferred. */
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'match' };

export type Program = readonly Instruction[];

export function assemble(pattern: Pattern): Program {
  const program: Instruction[] = [];
  emit(program, pattern);
  program.push({ op: 'match' });
  return program;
}

function emit(program: Instruction[], pattern: Pattern): void {
  switch (pattern.kind) {
    case 'empty':
      return;
    case 'set':
      program.push({ op: 'set', ranges: pattern.ranges });
      return;
    case 'assert':
      program.push({ op: 'assert', what: pattern.what });
      return;
    case 'group':
      emit(program, pattern.inner);
      return;
    case 'sequence':
      for (const item of pattern.items) emit(program, item);
      return;
    case 'choice':
      emitChoice(program, pattern.options);
      return;
    case 'repeat':
      emitRepeat(program, pattern);
  }
}

function emitChoice(program: Instruction[], options: readonly Pattern[]): void {
  const jumps = options.slice(0, -1).map((option) => {
    const split = { op: 'split' as const, first: program.length + 1, second: 0 };
    const jump = { op: 'jump' as const, to: 0 };
    program.push(split);
    emit(program, option);
    program.push(jump);
    split.second = program.length;
    return jump;
  });
  emit(program, options.at(-1)!);
  for (const jump of jumps) jump.to = program.length;
}

type Repeat = Extract<Pattern, { kind: 'repeat' }>;

function emitRepeat(program: Instruction[], repeat: Repeat): void {
  if (repeat.max !== Number.POSITIVE_INFINITY) emitBounded(program, repeat);
  else if (repeat.min === 0 && !matchesEmpty(repeat.inner)) emitStar(program, repeat);
  else emitPlus(program, repeat);
}

function emitBounded(program: Instruction[], { inner, min, max, greedy }: Repeat): void {
  for (let i = 0; i < min; i++) emit(program, inner);
  const splits = Array.from({ length: max - min }, () => {
    const split = choose(program, greedy);
    emit(program, inner);
    return split;
  });
  for (const split of splits) split(program.length);
}

function emitStar(program: Instruction[], { inner, greedy }: Repeat): void {
  const start = program.length;
  const split = choose(program, greedy);
  emit(program, inner);
  program.push({ op: 'jump', to: start });
  split(program.length);
}

/** At least once. Of what may be empty, x* is (x+)?: that is the order of preference that others have. */
function emitPlus(program: Instruction[], { inner, min, greedy }: Repeat): void {
  const skip = min === 0 ? choose(program, greedy) : undefined;
  for (let i = 1; i < min; i++) emit(program, inner);
  const start = program.length;
  emit(program, inner);
  const next = program.length + 1;
  program.push({ op: 'split', first: greedy ? start : next, second: greedy ? next : start });
  skip?.(program.length);
}

/** A split between what follows and a place told later. */
function choose(program: Instruction[], greedy: boolean): (elsewhere: number) => void {
  const next = program.length + 1;
  const split = { op: 'split' as const, first: next, second: next };
  program.push(split);
  return (elsewhere) => {
    if (greedy) split.second = elsewhere;
    else split.first = elsewhere;
  };
}

/** Places in the program, each once, in order of preference, with where its match began. */
class Threads {
  readonly places: Int32Array;
  readonly starts: Int32Array;
  readonly #index: Int32Array;
  size = 0;

  constructor(length: number) {
    this.places = new Int32Array(length);
    this.starts = new Int32Array(length);
    this.#index = new Int32Array(length);
  }

  has(place: number): boolean {
    const at = this.#index[place]!;
    return at < this.size && this.places[at] === place;
  }

  add(place: number, start: number): void {
    this.#index[place] = this.size;
    this.places[this.size] = place;
    this.starts[this.size++] = start;
  }
}

/** Where the first match at or after an offset is; with `any`, the end of it is not looked for. */
export function run(program: Program, text: string, from: number, any: boolean): { start: number; end: number } | undefined {
  let [current, next] = [new Threads(program.length), new Threads(program.length)];
  let found: { start: number; end: number } | undefined;
  for (let at = from; ; ) {
    if (!found) follow(program, current, 0, at, text, at);
    if (current.size === 0 && found) return found;
    const code = at < text.length ? text.codePointAt(at)! : -1;
    const after = at + (code > 0xffff ? 2 : 1);
    next.size = 0;
    for (let i = 0; i < current.size; i++) {
      const instruction = program[current.places[i]!]!;
      if (instruction.op === 'match') {
        found = { start: current.starts[i]!, end: at };
        if (any) return found;
        // What comes later in the order of preference does not count any more.
        break;
      }
      if (instruction.op === 'set' && inRanges(instruction.ranges, code))
        follow(program, next, current.places[i]! + 1, current.starts[i]!, text, after);
    }
    if (code < 0) return found;
    [current, next] = [next, current];
    at = after;
  }
}

/** Adds a place, or the places that it leads to without reading. */
function follow(program: Program, threads: Threads, first: number, start: number, text: string, at: number): void {
  const pending = [first];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    if (threads.has(place)) continue;
    threads.add(place, start);
    const instruction = program[place]!;
    if (instruction.op === 'jump') pending.push(instruction.to);
    else if (instruction.op === 'split') pending.push(instruction.second, instruction.first);
    else if (instruction.op === 'assert' && holds(instruction.what, text, at)) pending.push(place + 1);
  }
}

function inRanges(ranges: Ranges, code: number): boolean {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const [from, to] = ranges[middle]!;
    if (code < from) high = middle - 1;
    else if (code > to) low = middle + 1;
    else return true;
  }
  return false;
}

function holds(what: Assertion, text: string, at: number): boolean {
  switch (what) {
    case 'text-start':
      return at === 0;
    case 'text-end':
      return at === text.length;
    case 'line-start':
      return at === 0 || text[at - 1] === '\n';
    case 'line-end':
      return at === text.length || text[at] === '\n';
    default:
      return (isWord(text[at - 1]) !== isWord(text[at])) === (what === 'word');
  }
}

const isWord = (character: string | undefined): boolean => character !== undefined && /^\w$/.test(character);
