import { randomInt } from 'node:crypto';
import { type AllocationMeter, type AllocationScope, silentAllocationMeter } from './allocation-meter.ts';
import { lowerBand } from './ip-range.ts';
import type { PortBitmap } from './port-bitmap.ts';
import type { PortRecord, PortState } from './port-record.ts';

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** Why a port cannot be had, in upstream's words. */
export class PortRefused extends Error {
  override readonly name = 'PortRefused';
}

/** What is wanted of the record: changes the bitmap and answers, or throws and leaves it. */
type Change<R> = (taken: PortBitmap) => R;

interface Pending {
  apply(taken: PortBitmap): void;
  done(): void;
  failed(error: unknown): void;
}

/**
 * Gives services ports that are the same on every node. What several requests want at once is written at once; if another
 * server wrote in between, it is decided again on what that server left.
 */
export class NodePortAllocator {
  readonly range: PortRange;
  readonly #record: PortRecord;
  readonly #meter: AllocationMeter;
  /** What the record was when this server last saw it. */
  #last: PortState | undefined;
  #queue: Pending[] = [];
  #working = false;

  constructor(range: PortRange, record: PortRecord, meter: AllocationMeter = silentAllocationMeter) {
    this.range = range;
    this.#record = record;
    this.#meter = meter;
  }

  /** As the record and messages write the range. */
  get rangeText(): string {
    return `${this.range.from}-${this.range.to}`;
  }

  get size(): number {
    return this.range.to - this.range.from + 1;
  }

  /** Takes a given port; throws {@link PortRefused} where it cannot be had. */
  async take(port: number): Promise<void> {
    await this.#counted('static', async () => {
      const index = this.indexOf(port);
      await this.#change((taken) => {
        if (taken.has(index)) throw new PortRefused('provided port is already allocated');
        taken.add(index);
      });
    });
  }

  /** Takes any free port; the lower end of the range is left to those who name one as long as there are others. */
  takeNext(): Promise<number> {
    const reserved = lowerBand(this.size, { least: 16, most: 128, share: 32 });
    const choose = (taken: PortBitmap) => {
      const index = freeBetween(taken, reserved, this.size) ?? freeBetween(taken, 0, reserved);
      if (index === undefined) throw new PortRefused('range is full');
      taken.add(index);
      return this.range.from + index;
    };
    return this.#counted('dynamic', () => this.#change(choose));
  }

  async #counted<T>(scope: AllocationScope, allocate: () => Promise<T>): Promise<T> {
    try {
      const allocated = await allocate();
      this.#meter.allocated(scope);
      return allocated;
    } catch (error) {
      this.#meter.refused(scope);
      throw error;
    }
  }

  /** How many ports are taken, as far as this server has heard. */
  async countTaken(): Promise<number> {
    return [...(await this.#known()).taken.taken(this.size)].length;
  }

  /** Gives ports back; those out of the range were nobody's to give. */
  async release(ports: readonly number[]): Promise<void> {
    const indexes = ports.filter((port) => this.contains(port)).map((port) => this.indexOf(port));
    if (indexes.length === 0) return;
    await this.#change((taken) => {
      for (const index of indexes) taken.remove(index);
    });
  }

  /** Whether a port is taken, as far as this server has heard. */
  async has(port: number): Promise<boolean> {
    return this.contains(port) && (await this.#known()).taken.has(this.indexOf(port));
  }

  contains(port: number): boolean {
    return port >= this.range.from && port <= this.range.to;
  }

  indexOf(port: number): number {
    if (this.contains(port)) return port - this.range.from;
    throw new PortRefused(`provided port is not in the valid range. The range of valid ports is ${this.rangeText}`);
  }

  #change<R>(change: Change<R>): Promise<R> {
    const { promise, resolve, reject } = Promise.withResolvers<R>();
    let result: R;
    this.#queue.push({
      apply(taken) {
        result = change(taken);
      },
      done: () => resolve(result),
      failed: reject,
    });
    if (!this.#working) void this.#work();
    return promise;
  }

  /** Writes what is wanted until nothing is. */
  async #work(): Promise<void> {
    this.#working = true;
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        await this.#write(batch);
      } catch (error) {
        this.#last = undefined;
        for (const pending of batch) pending.failed(error);
      }
    }
    this.#working = false;
  }

  /** A refusal on what this server remembers is none before it was checked against the record. */
  async #write(batch: readonly Pending[]): Promise<void> {
    for (let fresh = this.#last === undefined; ; fresh = true) {
      const before = fresh ? await this.#read() : await this.#known();
      const taken = before.taken.copy();
      const outcomes = batch.map((pending) => attempt(pending, taken));
      if (!fresh && outcomes.some(({ error }) => error)) continue;
      const unchanged = String(taken) === String(before.taken);
      const after = unchanged ? before : await this.#record.write(this.rangeText, taken, before);
      if (!after) continue;
      this.#last = after;
      for (const { pending, error } of outcomes) {
        if (error) pending.failed(error);
        else pending.done();
      }
      return;
    }
  }

  async #known(): Promise<PortState> {
    return this.#last ?? this.#read();
  }

  async #read(): Promise<PortState> {
    const state = await this.#record.read();
    if (state.range !== '' && state.range !== this.rangeText)
      throw new Error('the provided port range does not match the current port range');
    this.#last = state;
    return state;
  }
}

function attempt(pending: Pending, taken: PortBitmap): { pending: Pending; error?: unknown } {
  try {
    pending.apply(taken);
    return { pending };
  } catch (error) {
    return { pending, error };
  }
}

/** A free index from a random place on. */
function freeBetween(taken: PortBitmap, from: number, to: number): number | undefined {
  const count = to - from;
  if (count <= 0) return undefined;
  const start = randomInt(count);
  for (let step = 0; step < count; step++) {
    const index = from + ((start + step) % count);
    if (!taken.has(index)) return index;
  }
  return undefined;
}
