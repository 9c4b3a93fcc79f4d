/** What the storage's thread is asked. One message holds all that arrived while the one before was being answered. */
export type StorageRequest =
  | { readonly op: 'write'; readonly batch: WriteBatch }
  | { readonly op: 'get'; readonly key: string; readonly revision: number }
  | { readonly op: 'list'; readonly prefix: string; readonly after: string; readonly limit: number; readonly revision: number }
  | { readonly op: 'changes'; readonly prefix: string; readonly from: number; readonly to: number }
  | { readonly op: 'compact'; readonly revision: number }
  | { readonly op: 'grantLease'; readonly expires: number }
  | { readonly op: 'expire'; readonly now: number }
  | { readonly op: 'close' };

/** Values are packed into one buffer, so that a batch crosses threads as one transfer. */
export interface WriteBatch {
  readonly keys: readonly string[];
  readonly expects: readonly number[];
  readonly leases: readonly number[];
  /** Where each value ends in `values`; equal to the one before: empty; -1: a deletion. */
  readonly ends: readonly number[];
  readonly values: Uint8Array<ArrayBuffer>;
}

/** Per write of a batch: the new revision, or minus one minus the key's present revision when it was refused. */
export interface WriteOutcome {
  readonly revisions: readonly number[];
  readonly created: readonly number[];
}

/** Rows with their values packed into one buffer. */
export interface PackedRows {
  readonly keys: readonly string[];
  readonly created: readonly number[];
  readonly revisions: readonly number[];
  readonly deleted: readonly boolean[];
  readonly ends: readonly number[];
  readonly values: Uint8Array<ArrayBuffer>;
}

export interface ListAnswer {
  readonly revision: number;
  readonly rows: PackedRows;
  readonly remaining: number;
}

export interface ExpireAnswer {
  readonly keys: readonly string[];
  readonly revisions: readonly number[];
}

/** The first message of the thread: where the log stands. */
export interface Started {
  readonly revision: number;
  readonly compacted: number;
  /** When the next lease ends, 0 for never. */
  readonly nextExpiry: number;
}

export type StorageAnswer =
  | { readonly id: number; readonly ok: unknown }
  | { readonly id: number; readonly compacted: number }
  | { readonly id: number; readonly future: number }
  | { readonly id: number; readonly error: string };
