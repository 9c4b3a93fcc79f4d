import { whileDoing } from '../../../base/errors.ts';
import type { Change, KeyValue, ListRequest, ListResult, Storage, WatchRequest, Write, WriteResult } from '../storage.ts';
import { StorageDecorator } from '../storage-decorator.ts';
import type { TransformationObserver, ValueTransformer } from './value-transformer.ts';

/** Storage whose values are unreadable where they are kept. Keys are not. */
export class EncryptedStorage extends StorageDecorator {
  readonly #transformerOf: (key: string) => ValueTransformer;
  readonly #observe: TransformationObserver | undefined;
  /** Keys whose present value was last read written with a key that is on its way out. */
  readonly #stale = new Set<string>();
  /** What was just written, unreadable to readable: whoever wrote it is told of its own bytes. */
  readonly #written = new WeakMap<Buffer, Buffer>();

  constructor(inner: Storage, transformerOf: (key: string) => ValueTransformer, observe?: TransformationObserver) {
    super(inner);
    this.#observe = observe;
    this.#transformerOf = transformerOf;
  }

  override async get(key: string, revision?: number): Promise<KeyValue | undefined> {
    const found = await super.get(key, revision);
    return found && this.#readable(found);
  }

  override async list(request: ListRequest): Promise<ListResult> {
    const { items, ...rest } = await super.list(request);
    return { ...rest, items: items.map((item) => this.#readable(item)) };
  }

  override async write(write: Write): Promise<WriteResult> {
    const { key, value } = write;
    if (!value) return super.write(write);
    const sealed = this.#transformerOf(key).write(value, key, this.#observe);
    if (sealed !== value) this.#written.set(sealed, value);
    const result = await super.write({ ...write, value: sealed });
    if (result.done) this.#stale.delete(key);
    return result;
  }

  override watch({ onChanges, ...request }: WatchRequest): Disposable {
    return super.watch({
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

  override isStale(key: string): boolean {
    return this.#stale.has(key) || super.isStale(key);
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
