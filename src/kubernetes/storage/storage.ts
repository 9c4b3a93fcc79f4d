/** One key as it was at some revision. */
export interface KeyValue {
  readonly key: string;
  readonly value: Buffer;
  /** Revision that created the key, and the one that last wrote it. */
  readonly createRevision: number;
  readonly modRevision: number;
}

/** A compare-and-swap of one key: every write Kubernetes makes has this form. */
export interface Write {
  readonly key: string;
  /** The key's present modRevision; 0: the key must not exist. */
  readonly expect: number;
  /** Absent deletes the key. */
  readonly value?: Buffer;
  /** The lease that the key dies with; a write without one detaches the key from its lease. */
  readonly lease?: number;
}

export type WriteResult =
  | { readonly done: true; readonly revision: number; readonly createRevision: number }
  /** Someone else wrote first; `current` is 0 when the key is gone. */
  | { readonly done: false; readonly current: number };

export interface ListRequest {
  readonly prefix: string;
  /** Only keys greater than this one. */
  readonly after?: string;
  readonly limit?: number;
  /** As it was then; absent or 0: as it is now. */
  readonly revision?: number;
}

export interface ListResult {
  /** The revision the list shows. */
  readonly revision: number;
  /** In key order. */
  readonly items: readonly KeyValue[];
  /** How many keys of the prefix follow the last item. */
  readonly remaining: number;
}

export type Change =
  | { readonly type: 'put'; readonly key: string; readonly value: Buffer; readonly revision: number; readonly createRevision: number }
  | { readonly type: 'delete'; readonly key: string; readonly revision: number };

export interface WatchRequest {
  readonly prefix: string;
  /** First revision of interest. */
  readonly from: number;
  /** Changes in revision order, in batches; never called after the watch is disposed. */
  onChanges(changes: readonly Change[]): void;
  /** Everything up to `revision` has been told, though nothing of the prefix may have changed there. */
  onProgress?(revision: number): void;
  /** The watch is over: storage failed, or (`CompactedError`) `from` is no longer kept. */
  onError(error: Error): void;
}

/**
 * Durable, ordered, versioned keys with etcd's semantics: every write makes a new revision of the whole store, and
 * old revisions stay readable until they are compacted. An acknowledged write survives kill -9 and power loss.
 */
export interface Storage {
  /** The last revision; a watch has delivered everything up to it before this resolves. */
  revision(): number | Promise<number>;
  get(key: string, revision?: number): Promise<KeyValue | undefined>;
  list(request: ListRequest): Promise<ListResult>;
  /** Resolves when the outcome is durable, after watches have been told. */
  write(write: Write): Promise<WriteResult>;
  watch(request: WatchRequest): Disposable;
  /** Whether writing the key's present value again would change how it is kept. Absent: never. */
  isStale?(key: string): boolean;
  /** How much room everything takes where it is kept, in bytes. Absent: nobody can say. */
  size?(): Promise<number>;
  /** Forgets what only revisions before `revision` show. */
  compact(revision: number): Promise<void>;
  /** A lease that ends after `seconds` and takes its keys along. */
  grantLease(seconds: number): Promise<number>;
  close(): Promise<void>;
}

/** The revision asked for has been compacted away. */
export class CompactedError extends Error {
  override readonly name = 'CompactedError';
  /** The oldest revision that is kept; 0 where the storage does not say. */
  readonly compactRevision: number;

  constructor(compactRevision: number) {
    super('required revision has been compacted');
    this.compactRevision = compactRevision;
  }
}

/** The revision asked for does not exist yet. */
export class FutureRevisionError extends Error {
  override readonly name = 'FutureRevisionError';
  readonly current: number;

  constructor(current: number) {
    super('required revision is a future revision');
    this.current = current;
  }
}
