import type { ResourceDefinition } from '../../api/define.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { groupResource, type ResourceType } from '../../machinery/resource.ts';
import { ApiError } from '../../machinery/status.ts';

/** What was taken for a write that is about to happen. Storage knows no transactions over several keys: this stands in for one. */
export interface Transaction {
  /** The object is stored: lets go of what only its previous version needed. */
  commit(): Promise<void>;
  /** The object is not stored: gives back what was taken for it. */
  revert(): Promise<void>;
}

/** What a kind needs besides its own key in storage, and takes and gives back around writes. */
export interface KindHooks<T extends KubeObject = KubeObject> {
  /** After admission mutated the object and before it is validated; may mutate it. */
  beginCreate(object: T, options: { dryRun: boolean }): Promise<Transaction>;
  beginUpdate(next: T, previous: T, options: { dryRun: boolean }): Promise<Transaction>;
  /** The object is gone from storage. Must not throw. */
  afterDelete(object: T): Promise<void>;
}

/** The hooks of all kinds that have some. */
export class HookRegistry {
  readonly #byKind = new Map<string, KindHooks>();

  /** Hooks need the registry, which needs them: so they come second. */
  use<T extends KubeObject>(resource: ResourceType<T>, hooks: KindHooks<T>): void {
    this.#byKind.set(groupResource(resource), hooks as unknown as KindHooks);
  }

  of<T extends KubeObject>(definition: ResourceDefinition<T>): KindHooks<T> | undefined {
    return this.#byKind.get(groupResource(definition)) as KindHooks<T> | undefined;
  }
}

/** Runs a write between the two ends of a transaction; undefined means that it did not happen. */
export async function within<R>(transaction: Transaction | undefined, write: () => Promise<R | undefined>): Promise<R | undefined> {
  if (!transaction) return write();
  let written: R | undefined;
  try {
    written = await write();
  } catch (error) {
    // Of anything but an answer of our own nobody knows whether it was stored: better a leak, which is mended later.
    if (error instanceof ApiError) await transaction.revert();
    throw error;
  }
  if (written === undefined) await transaction.revert();
  else await transaction.commit();
  return written;
}
