import { describeError } from '../../../../base/errors.ts';
import { type Condition, isTrue, says, withCondition } from '../../../api/apiextensions/conditions.ts';
import { CLEANUP_FINALIZER } from '../../../api/apiextensions/custom-resource-definition.ts';
import type { ResourceDefinition } from '../../../api/define.ts';
import type { CustomResourceDefinition } from '../../../api/generated/apiextensions-v1.ts';
import { customResourceDefinitions } from '../../../api/resources.ts';
import { isNotFound } from '../../../machinery/status.ts';
import type { ServerCore } from '../../extensions.ts';
import { systemWrite } from '../../writes/context.ts';
import { deleteObject } from '../../writes/delete.ts';
import type { CustomResources } from '../custom-resources.ts';

const RETRY_MS = 1_000;
const POLL_MS = 1_000;
const PATIENCE_MS = 60_000;

const IN_PROGRESS = terminating('True', 'InstanceDeletionInProgress', 'CustomResource deletion is in progress');
const COMPLETED = terminating('False', 'InstanceDeletionCompleted', 'removed all instances');
const NEVER_ESTABLISHED = terminating('False', 'NeverEstablished', 'resource was never established');

function terminating(status: Condition['status'], reason: string, message: string): Condition {
  return { type: 'Terminating', status, reason, message };
}

/** Empties what a deleted definition describes, then lets the definition go. */
export class CleanupController {
  readonly #core: ServerCore;
  readonly #resources: CustomResources;
  readonly #underWay = new Set<string>();

  constructor(core: ServerCore, resources: CustomResources) {
    this.#core = core;
    this.#resources = resources;
  }

  start(): void {
    const { store, signal } = this.#core;
    const subscription = store.onChange(customResourceDefinitions, (next) => next && this.#look(next));
    signal.addEventListener('abort', () => subscription[Symbol.dispose](), { once: true });
    for (const crd of store.list(customResourceDefinitions)) this.#look(crd);
  }

  #look(crd: CustomResourceDefinition): void {
    const { name = '', deletionTimestamp, finalizers } = crd.metadata;
    if (!deletionTimestamp || !finalizers?.includes(CLEANUP_FINALIZER) || this.#underWay.has(name)) return;
    this.#underWay.add(name);
    void this.#cleanUp(name);
  }

  async #cleanUp(name: string): Promise<void> {
    const { clock, log, signal, store } = this.#core;
    try {
      await this.#finish(name);
    } catch (error) {
      if (signal.aborted || isNotFound(error)) return;
      log.warn({ definition: name, error: describeError(error) }, 'objects of a deleted definition could not be removed');
      clock.after(RETRY_MS, () => {
        const crd = store.get(customResourceDefinitions, '', name);
        if (crd) this.#look(crd);
      });
    } finally {
      this.#underWay.delete(name);
    }
  }

  async #finish(name: string): Promise<void> {
    const crd = await this.#say(name, IN_PROGRESS);
    const resource = this.#resources.resourceOf(name);
    let outcome = NEVER_ESTABLISHED;
    if (isTrue(crd, 'Established') && resource) {
      await this.#orReport(name, 'InstanceDeletionFailed', 'could not issue all deletes', () => this.#deleteAll(resource.own));
      await this.#orReport(name, 'InstanceDeletionCheck', 'could not confirm zero CustomResources remaining', () =>
        this.#awaitNone(resource.own),
      );
      outcome = COMPLETED;
    }
    await this.#change(name, (current) => {
      const finalizers = (current.metadata.finalizers ?? []).filter((finalizer) => finalizer !== CLEANUP_FINALIZER);
      return withCondition({ ...current, metadata: { ...current.metadata, finalizers } }, outcome, this.#core.clock.now());
    });
  }

  async #orReport(name: string, reason: string, what: string, attempt: () => Promise<void>): Promise<void> {
    try {
      await attempt();
    } catch (error) {
      if (!this.#core.signal.aborted) await this.#say(name, terminating('True', reason, `${what}: ${describeError(error)}`));
      throw error;
    }
  }

  /** As the server itself: nobody's admission keeps a definition from going. */
  async #deleteAll(definition: ResourceDefinition): Promise<void> {
    const { registry, signal } = this.#core;
    const objects = await registry.cache.cacheOf(definition).list();
    await Promise.all(
      objects.map(async ({ object: { metadata } }) => {
        const { namespace = '', name = '' } = metadata;
        try {
          await deleteObject(registry, { definition, namespace, name, subresource: '' }, {}, systemWrite(signal));
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
      }),
    );
  }

  async #awaitNone(definition: ResourceDefinition): Promise<void> {
    const { registry, clock, signal } = this.#core;
    const cache = registry.cache.cacheOf(definition);
    const until = clock.now() + PATIENCE_MS;
    while (cache.size > 0) {
      if (clock.now() > until) throw new Error('timed out waiting for the condition');
      await clock.sleep(POLL_MS, signal);
    }
  }

  #say(name: string, condition: Condition): Promise<CustomResourceDefinition> {
    return this.#change(name, (crd) => (says(crd, condition) ? undefined : withCondition(crd, condition, this.#core.clock.now())));
  }

  #change(
    name: string,
    change: (crd: CustomResourceDefinition) => CustomResourceDefinition | undefined,
  ): Promise<CustomResourceDefinition> {
    return this.#core.store.changeStatus(customResourceDefinitions, '', name, change);
  }
}
