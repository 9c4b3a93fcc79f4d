import type { Point, Use } from './series.ts';

const FIRST_ROOM = 16;

/**
 * The last measurements of one series: at most `capacity`, one a step. Grows with what is measured, since most pods of
 * a busy cluster do not live long; eight bytes a measurement.
 */
export class RecentPoints {
  readonly #capacity: number;
  readonly #step: number;
  #cpu = new Float32Array(FIRST_ROOM).fill(Number.NaN);
  #memory = new Float32Array(FIRST_ROOM).fill(Number.NaN);
  /** Step of the oldest slot and how many slots are in use, gaps included. */
  #first = 0;
  #length = 0;

  constructor(capacity: number, step: number) {
    this.#capacity = capacity;
    this.#step = step;
  }

  /** Step number of the newest measurement. */
  get #last(): number {
    return this.#first + this.#length - 1;
  }

  /** When it was last measured, in seconds since the epoch. */
  get newest(): number {
    return this.#length === 0 ? 0 : this.#last * this.#step;
  }

  add(at: number, { cpu, memory }: Use): void {
    const slot = Math.floor(at / this.#step);
    if (this.#length === 0 || slot - this.#last > this.#capacity) this.#restart(slot);
    if (slot < this.#first || slot < this.#last) return;
    this.#extendTo(slot);
    this.#cpu[slot - this.#first] = cpu;
    this.#memory[slot - this.#first] = memory;
  }

  /** Measurements at or after `since`, oldest first. */
  *since(since: number): Iterable<Point> {
    for (let index = 0; index < this.#length; index++) {
      const at = (this.#first + index) * this.#step;
      const cpu = this.#cpu[index] as number;
      if (at >= since && !Number.isNaN(cpu)) yield { at, cpu, memory: this.#memory[index] as number };
    }
  }

  #restart(slot: number): void {
    this.#first = slot;
    this.#length = 0;
  }

  /** Makes `slot` the last one; what is measured in between is a gap. */
  #extendTo(slot: number): void {
    const wanted = slot - this.#first + 1;
    const surplus = wanted - this.#capacity;
    if (wanted > this.#cpu.length && surplus <= 0) this.#grow(Math.min(this.#capacity, Math.max(wanted, this.#cpu.length * 2)));
    if (surplus > 0) this.#dropOldest(Math.min(this.#length, surplus + Math.floor(this.#capacity / 8)));
    const end = slot - this.#first + 1;
    this.#cpu.fill(Number.NaN, this.#length, end);
    this.#memory.fill(Number.NaN, this.#length, end);
    this.#length = end;
  }

  #grow(room: number): void {
    const [cpu, memory] = [new Float32Array(room), new Float32Array(room)];
    cpu.set(this.#cpu);
    memory.set(this.#memory);
    this.#cpu = cpu;
    this.#memory = memory;
  }

  /** Several at a time, so that moving the rest is rare. */
  #dropOldest(count: number): void {
    this.#cpu.copyWithin(0, count, this.#length);
    this.#memory.copyWithin(0, count, this.#length);
    this.#first += count;
    this.#length -= count;
  }
}
