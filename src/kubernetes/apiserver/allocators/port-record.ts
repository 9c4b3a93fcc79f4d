import type { Storage } from '../../storage/storage.ts';
import { ROOT } from '../store/keys.ts';
import { PortBitmap } from './port-bitmap.ts';

/** Where upstream keeps it. */
const KEY = `${ROOT}ranges/servicenodeports`;

/** A RangeAllocation, in storage only: no client ever sees one. */
interface RangeAllocation {
  kind: 'RangeAllocation';
  apiVersion: 'v1';
  metadata: { creationTimestamp: null };
  range: string;
  data: string;
}

/** Which node ports were taken at a revision of the record. */
export interface PortState {
  /** `30000-32767`; empty while there is no record. */
  readonly range: string;
  readonly taken: PortBitmap;
  /** 0: there is no record. */
  readonly revision: number;
}

/** The one record of all node ports, which every server reads, compares and swaps. */
export class PortRecord {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async read(): Promise<PortState> {
    const stored = await this.#storage.get(KEY);
    if (!stored) return { range: '', taken: new PortBitmap(), revision: 0 };
    const { range, data } = JSON.parse(stored.value.toString()) as RangeAllocation;
    return { range, taken: PortBitmap.parse(data), revision: stored.modRevision };
  }

  /** What is stored from then on; undefined when another server wrote since `over` was read. */
  async write(range: string, taken: PortBitmap, over: PortState): Promise<PortState | undefined> {
    const record: RangeAllocation = {
      kind: 'RangeAllocation',
      apiVersion: 'v1',
      metadata: { creationTimestamp: null },
      range,
      data: String(taken),
    };
    const result = await this.#storage.write({ key: KEY, expect: over.revision, value: Buffer.from(JSON.stringify(record)) });
    return result.done ? { range, taken, revision: result.revision } : undefined;
  }
}
