import type { Clock } from '../../base/clock.ts';
import { describeError, isAbort } from '../../base/errors.ts';
import type { ClusterOperation, ClusterService, ClusterSpec, ClusterSummary, OperationOptions, ProvisionStep } from '../../ipc/cluster.ts';
import { RemoteError } from '../../ipc/errors.ts';

interface Operation {
  kind: ClusterOperation;
  startedAt: number;
  controller: AbortController;
  steps: Map<string, ProvisionStep>;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  error?: string;
}

export interface OperationEvents {
  onStep(step: ProvisionStep): void;
  /** After an operation began or ended. */
  onChange(cluster: string, operation: ClusterOperation): void;
}

/**
 * What is being done to clusters right now, and how the last operation on each went: the service itself remembers
 * nothing, yet a window that opens half way through must see every step.
 */
export class ClusterOperations implements Disposable {
  readonly #service: ClusterService;
  readonly #events: OperationEvents;
  readonly #clock: Clock;
  readonly #latest = new Map<string, Operation>();

  constructor(service: ClusterService, events: OperationEvents, clock: Clock) {
    this.#service = service;
    this.#events = events;
    this.#clock = clock;
  }

  /** The service's clusters, with those whose operation it cannot know of yet or any more. */
  async list(): Promise<ClusterSummary[]> {
    const listed = await this.#service.list();
    const names = new Set(listed.map((cluster) => cluster.name));
    const known = listed.map((cluster) => this.#withOperation(cluster));
    const unborn = [...this.#latest].filter(([name, operation]) => !names.has(name) && isUnborn(operation));
    return [...known, ...unborn.map(([name, operation]) => summaryOf(name, operation))].sort((a, b) => a.name.localeCompare(b.name));
  }

  create(spec: ClusterSpec): Promise<ClusterSummary> {
    return this.#run(spec.name, 'create', (options) => this.#service.create(spec, options));
  }

  start(name: string): Promise<void> {
    return this.#run(name, 'start', (options) => this.#service.start(name, options));
  }

  stop(name: string): Promise<void> {
    return this.#run(name, 'stop', (options) => this.#service.stop(name, options));
  }

  async delete(name: string): Promise<void> {
    await this.#run(name, 'delete', (options) => this.#service.delete(name, options));
    this.#latest.delete(name);
    this.#events.onChange(name, 'delete');
  }

  loadImage(name: string, source: string): Promise<void> {
    return this.#run(name, 'load-image', (options) => this.#service.loadImage(name, source, options));
  }

  cancel(name: string): void {
    this.#latest.get(name)?.controller.abort(new RemoteError('Cancelled', 'Cancelled'));
  }

  steps(name: string): ProvisionStep[] {
    return [...(this.#latest.get(name)?.steps.values() ?? [])];
  }

  [Symbol.dispose](): void {
    for (const name of this.#latest.keys()) this.cancel(name);
  }

  async #run<T>(name: string, kind: ClusterOperation, act: (options: OperationOptions) => Promise<T>): Promise<T> {
    const before = this.#latest.get(name);
    if (before?.state === 'running')
      throw new RemoteError(`Cluster ${name} is busy: ${kind} has to wait until ${before.kind} is done`, 'BadInput');
    const controller = new AbortController();
    const operation: Operation = { kind, startedAt: this.#clock.now(), controller, steps: new Map(), state: 'running' };
    this.#latest.set(name, operation);
    this.#events.onChange(name, kind);
    try {
      const result = await act({ signal: controller.signal, onStep: (step) => this.#note(operation, step) });
      operation.state = 'done';
      return result;
    } catch (error) {
      const cancelled = controller.signal.aborted || isAbort(error);
      operation.state = cancelled ? 'cancelled' : 'failed';
      operation.error = cancelled ? 'Cancelled' : describeError(error);
      throw cancelled ? new RemoteError('Cancelled', 'Cancelled') : error;
    } finally {
      this.#events.onChange(name, kind);
    }
  }

  #note(operation: Operation, step: ProvisionStep): void {
    operation.steps.set(step.step, step);
    this.#events.onStep(step);
  }

  #withOperation(cluster: ClusterSummary): ClusterSummary {
    const operation = this.#latest.get(cluster.name);
    if (!operation) return cluster;
    if (operation.state === 'running' && operation.kind === 'delete') return { ...cluster, state: 'deleting' };
    if (operation.state === 'running' && operation.kind === 'create') return { ...cluster, state: 'creating' };
    if (operation.state === 'failed' && cluster.state === 'failed' && !cluster.error) return { ...cluster, error: operation.error };
    return cluster;
  }
}

/** A create that has nothing to show yet, or left nothing behind when it failed. */
function isUnborn(operation: Operation): boolean {
  return operation.kind === 'create' && (operation.state === 'running' || operation.state === 'failed');
}

function summaryOf(name: string, operation: Operation): ClusterSummary {
  const createdAt = new Date(operation.startedAt).toISOString();
  const state = operation.state === 'running' ? 'creating' : 'failed';
  return { name, state, nodes: [], createdAt, ...(operation.error ? { error: operation.error } : {}) };
}
