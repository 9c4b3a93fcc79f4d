import type { FieldError } from '../field-error.ts';

/** What a schema makes of a value: its faults, and how many of its checks applied, which picks the nearest of alternatives. */
export class Outcome {
  readonly faults: FieldError[] = [];
  matches = 0;

  get valid(): boolean {
    return this.faults.length === 0;
  }

  /** The same fault is kept once. */
  add(fault: FieldError): void {
    for (const known of this.faults) if (known.field === fault.field && known.message === fault.message) return;
    this.faults.push(fault);
  }

  merge(other: Outcome): void {
    for (const fault of other.faults) this.add(fault);
    this.matches += other.matches;
  }
}

/** A fault about no field in particular: combinations of schemas report theirs so. */
export function generalFault(message: string): FieldError {
  return { type: 'FieldValueInvalid', field: '', message: `Invalid value: "": ${message}` };
}
