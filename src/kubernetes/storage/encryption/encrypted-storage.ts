import { whileDoing } from '../../../base/errors.ts';
import type { Change, KeyValue, ListRequest, ListResult, Storage, WatchRequest, Write, WriteResult } from '../storage.ts';
import type { TransformationObserver, ValueTransformer } from './value-transformer.ts';

/** Storage whose values are unreadable where they are kept. Keys are not. */
export class EncryptedStorage implements Storage {
  readonly #inner: Storage;
  readonly #transformerOf: (key: string) => ValueTransformer;
  readonly #observe: TransformationObserver | undefined;
  /** Keys whose present value was last read written with a key that is on its way out. */
  readonly #stale = new Set<string>();
  /** What was just written, unreadable to readable: whoever wrote it is told of its own bytes. */
  readonly #written = new WeakMap<Buffer, Buffer>();

  constructor(inner: Storage, transformerOf: (key: string) => ValueTransformer, observe?: TransformationObserver) {
    this.#inner = inner;
    this.#observe = observe;
    this.#transformerOf = transformerOf;
  }

  revision(): number | Promise<number> {
    return this.#inner.revision();
  }

  async get(key: string, revision?: number): Promise<KeyValue | undefined> {
    const found = await this.#inner.get(key, revision);
    return found && this.#readable(found);
  }

  async list(request: ListRequest): Promise<ListResult> {
    const { items, ...rest } = await this.#inner.list(request);
    return { ...rest, items: items.map((item) => this.#readable(item)) };
  }

  async write(write: Write): Promise<WriteResult> {
    const { key, value } = write;
    if (!value) return this.#inner.write(write);
    const sealed = this.#transformerOf(key).write(value, key, this.#observe);
    if (sealed !== value) this.#written.set(sealed, value);
    const result = await this.#inner.write({ ...write, value: sealed });
    if (result.done) this.#stale.delete(key);
    return result;
  }

  watch({ onChanges, ...request }: WatchRequest): Disposable {
    return this.#inner.watch({
      ...request,
      onChanges: (changes) => {
        let readable: Change[];
        try {
          readable = changes.map((change) => this.#readableChange(change));
        } catch (error) {
          request.onError(error as Error);
          return;
        }
        onChanges(readable);
      },
    });
  }

  isStale(key: string): boolean {
    return this.#stale.has(key) || (this.#inner.isStale?.(key) ?? false);
  }

  compact(revision: number): Promise<void> {
    return this.#inner.compact(revision);
  }

  grantLease(seconds: number): Promise<number> {
    return this.#inner.grantLease(seconds);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #readable(found: KeyValue): KeyValue {
    return { ...found, value: this.#read(found.key, found.value) };
  }

  #readableChange(change: Change): Change {
    if (change.type === 'put') return { ...change, value: this.#written.get(change.value) ?? this.#read(change.key, change.value) };
    this.#stale.delete(change.key);
    return change;
  }

  #read(key: string, value: Buffer): Buffer {
    try {
      const { plain, stale } = this.#transformerOf(key).read(value, key, this.#observe);
      if (stale) this.#stale.add(key);
      else this.#stale.delete(key);
      return plain;
    } catch (error) {
      throw whileDoing(`decrypting ${key}`, error);
    }
  }
}
