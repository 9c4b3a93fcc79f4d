import type { Registry } from 'prom-client';
import type { KeyValue, ListRequest, ListResult, Storage, Write, WriteResult } from '../../storage/storage.ts';
import { StorageDecorator } from '../../storage/storage-decorator.ts';
import { prefixOfKey } from '../store/keys.ts';
import { type CountTally, TallyCounter } from './tally-counter.ts';
import { type Tally, TallyHistogram } from './tally-histogram.ts';

const SECONDS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const LABELS = ['operation', 'group', 'resource'];

type Operation = 'get' | 'list' | 'create' | 'update' | 'delete';

interface Meters {
  readonly total: CountTally;
  readonly errors: () => CountTally;
  readonly duration: Tally;
}

/** What is stored under a prefix. */
export interface StoredResource {
  readonly group: string;
  readonly resource: string;
}

/** Storage that counts what is asked of it, under the names by which people look for etcd's answers. */
export class MeteredStorage extends StorageDecorator {
  readonly #resourceOf: (prefix: string) => StoredResource;
  readonly #meters = new Map<string, Partial<Record<Operation, Meters>>>();
  readonly #total: TallyCounter;
  readonly #errors: TallyCounter;
  readonly #duration: TallyHistogram;

  constructor(inner: Storage, registry: Registry, resourceOf: (prefix: string) => StoredResource) {
    super(inner);
    this.#resourceOf = resourceOf;
    const registers = [registry];
    this.#total = new TallyCounter({ name: 'etcd_requests_total', help: 'What was asked of storage.', labelNames: LABELS, registers });
    this.#errors = new TallyCounter({
      name: 'etcd_request_errors_total',
      help: 'What storage failed to do.',
      labelNames: LABELS,
      registers,
    });
    this.#duration = new TallyHistogram({
      name: 'etcd_request_duration_seconds',
      help: 'How long storage took.',
      labelNames: LABELS,
      buckets: SECONDS,
      registers,
    });
  }

  override get(key: string, revision?: number): Promise<KeyValue | undefined> {
    return this.#metered('get', key, super.get(key, revision));
  }

  override list(request: ListRequest): Promise<ListResult> {
    return this.#metered('list', request.prefix, super.list(request));
  }

  override write(write: Write): Promise<WriteResult> {
    const operation = write.value === undefined ? 'delete' : write.expect === 0 ? 'create' : 'update';
    return this.#metered(operation, write.key, super.write(write));
  }

  async #metered<T>(operation: Operation, key: string, answer: Promise<T>): Promise<T> {
    const { total, errors, duration } = this.#metersOf(operation, prefixOfKey(key));
    const began = performance.now();
    total.inc();
    try {
      return await answer;
    } catch (error) {
      errors().inc();
      throw error;
    } finally {
      duration.observe((performance.now() - began) / 1000);
    }
  }

  #metersOf(operation: Operation, prefix: string): Meters {
    const known = this.#meters.get(prefix) ?? {};
    const meters = known[operation] ?? this.#makeMeters({ operation, ...this.#resourceOf(prefix) });
    known[operation] = meters;
    this.#meters.set(prefix, known);
    return meters;
  }

  #makeMeters(labels: Record<string, string>): Meters {
    return { total: this.#total.of(labels), errors: () => this.#errors.of(labels), duration: this.#duration.of(labels) };
  }
}
