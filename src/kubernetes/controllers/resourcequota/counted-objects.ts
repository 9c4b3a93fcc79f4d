import { evaluatorOf, SPECIAL_RESOURCES } from '../../api/quota/evaluator.ts';
import { resourceQuotas } from '../../api/resources.ts';
import type { Change, Informer } from '../../client/informer.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { groupResource, type ResourceType } from '../../machinery/resource.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { splitName, typeNamed } from './kinds.ts';

/** A kind that cannot be listed must not keep the other resources of a quota waiting for ever. */
const SYNC_PATIENCE = 10_000;

type OnChange = (name: string, change: Change<KubeObject>) => void;

/** The objects that quotas count. A kind is followed from when the first quota counts it. */
export class CountedObjects {
  readonly #informers = new Map<string, Informer<KubeObject>>();
  readonly #onChange: OnChange;

  constructor(onChange: OnChange) {
    this.#onChange = onChange;
  }

  /** The objects of a kind in a namespace; undefined where the server has no such kind. */
  async list(name: string, namespace: string, context: ControllerContext, signal: AbortSignal): Promise<KubeObject[] | undefined> {
    const informer = this.#informers.get(name) ?? (await this.#follow(name, context, signal));
    if (!informer) return undefined;
    if (!informer.hasSynced) await inTime(name, informer.synced, context, signal);
    return informer.list(namespace);
  }

  async #follow(name: string, context: ControllerContext, signal: AbortSignal): Promise<Informer<KubeObject> | undefined> {
    const type = await typeNamed(name, context, signal);
    // Others may have been here while we asked.
    const present = this.#informers.get(name);
    if (!type || present) return present;
    const informer = this.#informerOf(name, type, context);
    this.#informers.set(name, informer);
    informer.onChange((change) => this.#onChange(name, change));
    return informer;
  }

  /**
   * Of most kinds only the number counts. Quotas are counted in the cache their controller acts on: admission charges no quota
   * for itself, so it has to be there when it is counted first.
   */
  #informerOf(name: string, type: ResourceType, { cache }: ControllerContext): Informer<KubeObject> {
    const whole = SPECIAL_RESOURCES.includes(name) || name === groupResource(resourceQuotas);
    return whole ? cache.informer(type) : cache.informer(type, { metadataOnly: true });
  }
}

/** What objects of a kind use. */
export const evaluatorNamed = (name: string) => evaluatorOf(splitName(name));

async function inTime(name: string, synced: Promise<void>, { clock }: ControllerContext, signal: AbortSignal): Promise<void> {
  const late = clock.sleep(SYNC_PATIENCE, signal).then(() => {
    throw new Error(`no list of ${name} yet`);
  });
  await Promise.race([synced, late]);
}
