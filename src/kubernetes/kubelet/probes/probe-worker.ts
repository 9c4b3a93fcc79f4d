import type { Clock } from '../../../base/clock.ts';
import type { Probe } from '../../api/generated/core-v1.ts';
import type { ProbeOutcome } from './probe-outcome.ts';

export type ProbeKind = 'startup' | 'liveness' | 'readiness';

export interface ProbeWorkerOptions {
  kind: ProbeKind;
  probe: Probe;
  clock: Clock;
  /** When the container started, in milliseconds. */
  startedAt: number;
  /** What holds until the probe has found out. */
  initial: boolean;
  run(): Promise<ProbeOutcome>;
  /** Every single try, for events. */
  onOutcome(outcome: ProbeOutcome): void;
  /** The verdict changed. */
  onChange(): void;
}

/** A container may take so long until it listens; until then it is asked again soon, and no try counts. */
const SETTLING = 5_000;
const ASK_AGAIN = 100;

/**
 * One probe of one running container: tries it at its period and keeps the verdict, which changes only when enough
 * tries in a row agree. Liveness and readiness wait until they are released (the container has started).
 */
export class ProbeWorker implements Disposable {
  readonly #options: ProbeWorkerOptions;
  #timer: Disposable | undefined;
  #passing: boolean;
  #decided = false;
  #run = { passed: false, length: 0 };
  #stopped = false;

  constructor(options: ProbeWorkerOptions) {
    this.#options = options;
    this.#passing = options.initial;
  }

  /** The verdict; what was passed as `initial` until there is one. */
  get passing(): boolean {
    return this.#passing;
  }

  /** Whether the probe itself has come to a verdict. */
  get decided(): boolean {
    return this.#decided;
  }

  /** Starts probing, at the earliest after the initial delay. Idempotent. */
  release(): void {
    if (this.#timer || this.#stopped) return;
    const { clock, probe, startedAt } = this.#options;
    const earliest = startedAt + (probe.initialDelaySeconds ?? 0) * 1000;
    this.#schedule(Math.max(0, earliest - clock.now()));
  }

  [Symbol.dispose](): void {
    this.#stopped = true;
    this.#timer?.[Symbol.dispose]();
  }

  #schedule(delay: number): void {
    this.#timer = this.#options.clock.after(delay, () => void this.#try());
  }

  async #try(): Promise<void> {
    const { clock, probe, onOutcome } = this.#options;
    const began = clock.now();
    const outcome = await this.#options.run();
    if (this.#stopped) return;
    if (outcome.refused && this.#isSettling()) return this.#schedule(ASK_AGAIN);
    onOutcome(outcome);
    this.#count(outcome.result === 'success');
    // A container that is about to be restarted is not probed further.
    if (this.#isOver()) return this[Symbol.dispose]();
    this.#schedule(Math.max(0, (probe.periodSeconds ?? 10) * 1000 - (clock.now() - began)));
  }

  /** Waiting a whole period for a program that opens its port a moment later would only delay everything behind it. */
  #isSettling(): boolean {
    const { kind, clock, startedAt, probe } = this.#options;
    const earliest = startedAt + (probe.initialDelaySeconds ?? 0) * 1000;
    return kind !== 'liveness' && !this.#decided && clock.now() - earliest < SETTLING;
  }

  #count(passed: boolean): void {
    const { probe, onChange } = this.#options;
    this.#run = this.#run.passed === passed ? { passed, length: this.#run.length + 1 } : { passed, length: 1 };
    const threshold = passed ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
    if (this.#run.length < threshold) return;
    const changed = !this.#decided || this.#passing !== passed;
    this.#passing = passed;
    this.#decided = true;
    if (changed) onChange();
  }

  /** Startup ends with its first verdict; a failed liveness verdict means a restart. */
  #isOver(): boolean {
    const { kind } = this.#options;
    return this.#decided && (kind === 'startup' || (kind === 'liveness' && !this.#passing));
  }
}
