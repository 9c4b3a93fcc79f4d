/** Random numbers, the same for the same seed (mulberry32). */
export class Random {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed;
  }

  /** From 0 up to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number below `bound`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  list<T>(length: number, make: (index: number) => T): T[] {
    return Array.from({ length }, (_, index) => make(index));
  }
}

/** FUZZ_SEED repeats a run, FUZZ_ROUNDS makes it longer. Without them every run of the tests is the same. */
export function fuzzing(what: string, usualRounds: number): { random: Random; rounds: number } {
  const { FUZZ_SEED, FUZZ_ROUNDS } = process.env;
  const rounds = FUZZ_ROUNDS ? Number(FUZZ_ROUNDS) : usualRounds;
  const random = new Random(Number(FUZZ_SEED ?? 36));
  if (FUZZ_SEED || FUZZ_ROUNDS) console.log(`${what}: FUZZ_SEED=${random.seed} FUZZ_ROUNDS=${rounds}`);
  return { random, rounds };
}
