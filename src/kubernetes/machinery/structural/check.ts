import type { Correlation } from './correlation.ts';
import type { Outcome } from './outcome.ts';

/** Checks a value at a path, `spec.items[0].name`, and adds what it finds. `before` is there where unchanged faults are forgiven. */
export type Check = (value: unknown, path: string, into: Outcome, before: Correlation | undefined) => void;
