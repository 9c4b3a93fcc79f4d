import { describeError } from '../../base/errors.ts';
import type { ProvisionStep } from '../../ipc/cluster.ts';

/** One visible step of a long operation. `run` may tell details of its progress. */
export interface Step<C> {
  name: string;
  title: string;
  run(context: C, progress: (detail: string) => void): Promise<void>;
}

/** The step an operation failed at, and why. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
  readonly step: ProvisionStep;

  constructor(step: ProvisionStep, cause: unknown) {
    super(`${step.title} failed: ${describeError(cause)}`, { cause });
    this.step = step;
  }
}

export interface StepRun {
  cluster: string;
  operation: ProvisionStep['operation'];
  signal: AbortSignal;
  onStep(step: ProvisionStep): void;
}

/** Runs steps in order, telling each change; all are told as pending first, so that the whole way is visible. */
export async function runSteps<C>(steps: readonly Step<C>[], context: C, { cluster, operation, signal, onStep }: StepRun): Promise<void> {
  const told = steps.map(
    ({ name, title }): ProvisionStep => ({ cluster, operation, step: name, title, state: 'pending', startedAt: Date.now() }),
  );
  for (const step of told) onStep(step);
  for (const [index, step] of steps.entries()) {
    signal.throwIfAborted();
    const startedAt = Date.now();
    const running: ProvisionStep = { ...told[index]!, state: 'running', startedAt };
    onStep(running);
    try {
      await step.run(context, (detail) => onStep({ ...running, detail }));
    } catch (error) {
      const failed: ProvisionStep = { ...running, state: 'failed', durationMs: Date.now() - startedAt, detail: describeError(error) };
      onStep(failed);
      if (signal.aborted) throw signal.reason;
      throw new StepFailed(failed, error);
    }
    onStep({ ...running, state: 'done', durationMs: Date.now() - startedAt });
  }
}
