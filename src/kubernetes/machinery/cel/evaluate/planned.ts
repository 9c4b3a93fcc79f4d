import type { CelType } from '../types/type.ts';
import type { CelValue } from '../values/value.ts';
import type { Step } from './frame.ts';

/** A node made ready to run. */
export interface Planned {
  readonly run: Step;
  /** The value of a node that has always the same and costs nothing. */
  readonly constant?: CelValue;
  /**
   * Variables, their fields and elements: the same without the cost of the variable itself. Upstream does not count that
   * where such a node is the outcome of `? :`.
   */
  readonly uncounted?: Step;
}

export const constant = (value: CelValue): Planned => ({ run: () => value, constant: value });

/** True when the checker knows the type: nothing has to be asked of the value. */
export const isStatic = (type: CelType | undefined): boolean =>
  type !== undefined && type.kind !== 'dyn' && type.kind !== 'any' && type.kind !== 'error' && type.kind !== 'parameter';
