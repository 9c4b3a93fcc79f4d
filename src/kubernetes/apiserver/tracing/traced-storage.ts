import type { KeyValue, ListRequest, ListResult, Write, WriteResult } from '../../storage/storage.ts';
import { StorageDecorator } from '../../storage/storage-decorator.ts';
import { clientSpan } from './client-span.ts';

/** A storage whose reads and writes are spans of the requests they are made for. */
export class TracedStorage extends StorageDecorator {
  override get(key: string, revision?: number): Promise<KeyValue | undefined> {
    return clientSpan('storage get', { key }, () => super.get(key, revision));
  }

  override list(request: ListRequest): Promise<ListResult> {
    return clientSpan('storage list', { prefix: request.prefix }, () => super.list(request));
  }

  override write(write: Write): Promise<WriteResult> {
    return clientSpan('storage write', { key: write.key }, () => super.write(write));
  }
}
