import { describeError } from '../../../../base/errors.ts';
import type { CustomResourceDefinition } from '../../../api/generated/apiextensions-v1.ts';
import { customResourceDefinitions } from '../../../api/resources.ts';
import { isConflict, isNotFound } from '../../../machinery/status.ts';
import type { ServerCore } from '../../extensions.ts';
import type { CustomResources } from '../custom-resources.ts';
import { nextStatus } from './next-status.ts';

const RETRY_MS = 1_000;

/**
 * Gives definitions their names and says whether they are served. One at a time, for definitions of a group compete
 * for names; when one changes or goes, the others of its group are looked at again.
 */
export class StatusController {
  readonly #core: ServerCore;
  readonly #resources: CustomResources;
  readonly #queue = new Set<string>();
  #working = false;

  constructor(core: ServerCore, resources: CustomResources) {
    this.#core = core;
    this.#resources = resources;
  }

  start(): void {
    const { store, signal } = this.#core;
    const subscription = store.onChange(customResourceDefinitions, (next, previous) => this.#changed(next, previous));
    signal.addEventListener('abort', () => subscription[Symbol.dispose](), { once: true });
    for (const { metadata } of store.list(customResourceDefinitions)) this.#look(metadata.name);
  }

  #changed(next: CustomResourceDefinition | undefined, previous: CustomResourceDefinition | undefined): void {
    if (next) this.#look(next.metadata.name);
    const names = (crd: CustomResourceDefinition | undefined) => JSON.stringify(crd?.status?.acceptedNames);
    if (previous && names(previous) !== names(next)) this.#lookAtGroup(previous.spec.group);
  }

  #lookAtGroup(group: string): void {
    for (const { metadata, spec } of this.#core.store.list(customResourceDefinitions)) if (spec.group === group) this.#look(metadata.name);
  }

  #look(name = ''): void {
    this.#queue.add(name);
    if (!this.#working) void this.#work();
  }

  async #work(): Promise<void> {
    this.#working = true;
    try {
      for (const name of this.#queue) {
        this.#queue.delete(name);
        if (this.#core.signal.aborted) return;
        await this.#sync(name);
      }
    } finally {
      this.#working = false;
    }
  }

  async #sync(name: string): Promise<void> {
    const { store, clock, log, signal } = this.#core;
    try {
      const current = store.get(customResourceDefinitions, '', name);
      if (!current) return;
      const next = nextStatus(current, store.list(customResourceDefinitions), clock.now());
      if (next === current) return;
      // Whoever reads that it is established may use it at once.
      await this.#resources.serve(next);
      await store.changeStatus(customResourceDefinitions, '', name, (latest) =>
        nextStatus(latest, store.list(customResourceDefinitions), clock.now()),
      );
    } catch (error) {
      if (signal.aborted || isNotFound(error)) return;
      if (!isConflict(error)) log.warn({ definition: name, error: describeError(error) }, 'a custom resource could not be established');
      clock.after(RETRY_MS, () => this.#look(name));
    }
  }
}
