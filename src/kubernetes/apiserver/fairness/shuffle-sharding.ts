import { createHash } from 'node:crypto';

/** `handSize` different queues out of `queues`, always the same for one flow: two flows rarely share them all. */
export function deal(flow: string, queues: number, handSize: number): number[] {
  let entropy = createHash('sha256').update(flow).digest().readBigUInt64LE() & ((1n << 60n) - 1n);
  const hand: number[] = [];
  for (let dealt = 0; dealt < handSize; dealt++) {
    const left = BigInt(queues - dealt);
    let card = Number(entropy % left);
    entropy /= left;
    // Cards that are gone are skipped, lowest first.
    for (const taken of [...hand].sort((a, b) => a - b)) if (card >= taken) card++;
    hand.push(card);
  }
  return hand;
}

const REMEMBERED = 1024;

/** Remembers the hands of those who ask often. */
export class Dealer {
  readonly #queues: number;
  readonly #handSize: number;
  readonly #hands = new Map<string, readonly number[]>();

  constructor(queues: number, handSize: number) {
    this.#queues = queues;
    this.#handSize = handSize;
  }

  handOf(flow: string): readonly number[] {
    const known = this.#hands.get(flow);
    if (known) return known;
    if (this.#hands.size >= REMEMBERED) this.#hands.clear();
    const hand = deal(flow, this.#queues, this.#handSize);
    this.#hands.set(flow, hand);
    return hand;
  }
}
