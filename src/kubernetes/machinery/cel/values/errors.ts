/**
 * What goes wrong while an expression is evaluated: thrown inside the engine, returned at its edge. No `Error`, because
 * `&&`, `||` and `all()` throw and swallow them as part of their work, and a stack trace would cost more than the rest.
 */
export class CelError {
  readonly message: string;
  /** `cost` and `interrupted` end the evaluation whatever surrounds them. */
  readonly reason: 'error' | 'cost' | 'interrupted';

  constructor(message: string, reason: CelError['reason'] = 'error') {
    this.message = message;
    this.reason = reason;
  }

  toString(): string {
    return this.message;
  }
}

export const fail = (message: string): never => {
  throw new CelError(message);
};

export const noSuchKey = (key: string): CelError => new CelError(`no such key: ${key}`);
export const noSuchOverload = (): CelError => new CelError('no such overload');
export const costExceeded = (): CelError => new CelError('operation cancelled: actual cost limit exceeded', 'cost');
export const interrupted = (): CelError => new CelError('operation interrupted', 'interrupted');
