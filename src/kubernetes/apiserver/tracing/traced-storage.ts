import type { KeyValue, ListRequest, ListResult, Storage, WatchRequest, Write, WriteResult } from '../../storage/storage.ts';
import { clientSpan } from './client-span.ts';

/** A storage whose reads and writes are spans of the requests they are made for. */
export class TracedStorage implements Storage {
  readonly #storage: Storage;
  readonly isStale?: (key: string) => boolean;

  constructor(storage: Storage) {
    this.#storage = storage;
    if (storage.isStale) this.isStale = storage.isStale.bind(storage);
  }

  revision(): number | Promise<number> {
    return this.#storage.revision();
  }

  get(key: string, revision?: number): Promise<KeyValue | undefined> {
    return clientSpan('storage get', { key }, () => this.#storage.get(key, revision));
  }

  list(request: ListRequest): Promise<ListResult> {
    return clientSpan('storage list', { prefix: request.prefix }, () => this.#storage.list(request));
  }

  write(write: Write): Promise<WriteResult> {
    return clientSpan('storage write', { key: write.key }, () => this.#storage.write(write));
  }

  watch(request: WatchRequest): Disposable {
    return this.#storage.watch(request);
  }

  compact(revision: number): Promise<void> {
    return this.#storage.compact(revision);
  }

  grantLease(seconds: number): Promise<number> {
    return this.#storage.grantLease(seconds);
  }

  close(): Promise<void> {
    return this.#storage.close();
  }
}
