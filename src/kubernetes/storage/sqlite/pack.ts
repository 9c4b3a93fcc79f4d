import type { PackedRows } from './messages.ts';

/** Copies byte strings behind one another into memory of their own, which can be handed to another thread. */
export function packValues(values: readonly (Uint8Array | undefined)[]): { ends: number[]; values: Uint8Array<ArrayBuffer> } {
  let size = 0;
  for (const value of values) size += value?.byteLength ?? 0;
  const packed = new Uint8Array(size);
  const ends: number[] = new Array(values.length);
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === undefined) {
      ends[i] = -1;
      continue;
    }
    packed.set(value, at);
    at += value.byteLength;
    ends[i] = at;
  }
  return { ends, values: packed };
}

/** The byte strings of {@link packValues}, as views; undefined where there was none. */
export function* unpackValues(packed: { ends: readonly number[]; values: Uint8Array<ArrayBuffer> }): Generator<Buffer | undefined> {
  let start = 0;
  for (const end of packed.ends) {
    if (end < 0) {
      yield undefined;
      continue;
    }
    yield Buffer.from(packed.values.buffer, packed.values.byteOffset + start, end - start);
    start = end;
  }
}

export interface Row {
  key: string;
  created: number;
  revision: number;
  deleted: number;
  value: Uint8Array | null;
}

export function packRows(rows: readonly Row[]): PackedRows {
  return {
    keys: rows.map((row) => row.key),
    created: rows.map((row) => row.created),
    revisions: rows.map((row) => row.revision),
    deleted: rows.map((row) => row.deleted === 1),
    ...packValues(rows.map((row) => row.value ?? undefined)),
  };
}
