import { costLimits } from '../../cel/cost/units.ts';
import type { FieldError } from '../../field-error.ts';
import type { Correlation } from '../correlation.ts';

/** One object's rules being asked: what they may still cost, and what they found. */
export class RuleRun {
  readonly faults: FieldError[] = [];
  /** Faults that are tolerated: what they complain about was there before. */
  readonly tolerated: FieldError[] = [];
  #left: number;
  #over = false;

  constructor(budget: number = costLimits.runtimeBudget) {
    this.#left = budget;
  }

  /** True once no further rule may be asked. */
  get over(): boolean {
    return this.#over;
  }

  /** What the rules asked from now on may cost. */
  get left(): number {
    return this.#over ? -1 : this.#left;
  }

  /** False where the cost is more than is left. */
  spend(cost: number): boolean {
    if (cost > this.#left) return false;
    this.#left -= cost;
    return true;
  }

  add(fault: FieldError): void {
    this.faults.push(fault);
  }

  stop(fault?: FieldError): void {
    if (fault) this.faults.push(fault);
    this.#over = true;
  }
}

/** A value that rules are asked about. */
export interface RuleSubject {
  readonly value: unknown;
  /** What it was, where it is known to be the same thing. */
  readonly previous: unknown;
  /** Undefined at the root of an object. */
  readonly path: string | undefined;
  readonly ratchet: Ratchet;
}

/** Tells what did not change since, itself or what it is in. */
export class Ratchet {
  static readonly none = new Ratchet(undefined, undefined);
  readonly #current: Correlation | undefined;
  readonly #around: Correlation | undefined;

  constructor(current: Correlation | undefined, around?: Correlation) {
    this.#current = current;
    this.#around = around;
  }

  get unchanged(): boolean {
    return (this.#current ?? this.#around)?.equal ?? false;
  }

  key(name: string): Ratchet {
    if (!this.#current) return this;
    // Both versions of an object are shown as the same kind.
    if (!this.#around && (name === 'apiVersion' || name === 'kind')) return Ratchet.none;
    return new Ratchet(this.#current.key(name), this.#current);
  }

  index(at: number): Ratchet {
    return this.#current ? new Ratchet(this.#current.index(at), this.#current) : this;
  }
}
