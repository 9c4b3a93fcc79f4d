import type { KeyValue, ListRequest, ListResult, Storage, WatchRequest, Write, WriteResult } from './storage.ts';

/** A storage in front of another, which passes everything on: what a kind of it does differently it says itself. */
export abstract class StorageDecorator implements Storage {
  protected readonly inner: Storage;

  constructor(inner: Storage) {
    this.inner = inner;
  }

  revision(): number | Promise<number> {
    return this.inner.revision();
  }

  get(key: string, revision?: number): Promise<KeyValue | undefined> {
    return this.inner.get(key, revision);
  }

  list(request: ListRequest): Promise<ListResult> {
    return this.inner.list(request);
  }

  write(write: Write): Promise<WriteResult> {
    return this.inner.write(write);
  }

  watch(request: WatchRequest): Disposable {
    return this.inner.watch(request);
  }

  isStale(key: string): boolean {
    return this.inner.isStale?.(key) ?? false;
  }

  compact(revision: number): Promise<void> {
    return this.inner.compact(revision);
  }

  grantLease(seconds: number): Promise<number> {
    return this.inner.grantLease(seconds);
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}
