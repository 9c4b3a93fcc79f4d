import { isTrue } from '../../api/apiextensions/conditions.ts';
import type { CustomResourceDefinition } from '../../api/generated/apiextensions-v1.ts';
import { customResourceDefinitions } from '../../api/resources.ts';
import type { ServerCore } from '../extensions.ts';
import type { Converter } from './conversion/converter.ts';
import { type CustomResource, customResource } from './custom-resource.ts';

/** Serves what definitions describe, as soon as their names are theirs, and until they are gone. */
export class CustomResources {
  readonly #core: ServerCore;
  readonly #converterFor: (crd: CustomResourceDefinition) => Converter;
  /** By name of the definition, with what it was made from. */
  readonly #served = new Map<string, { basis: string; resource: CustomResource; crd: CustomResourceDefinition }>();
  readonly #listeners = new Set<() => void>();

  constructor(core: ServerCore, converterFor: (crd: CustomResourceDefinition) => Converter) {
    this.#core = core;
    this.#converterFor = converterFor;
  }

  /** Definitions that are served, with what is served of them. */
  get all(): Iterable<{ readonly crd: CustomResourceDefinition; readonly resource: CustomResource }> {
    return this.#served.values();
  }

  resourceOf(name: string): CustomResource | undefined {
    return this.#served.get(name)?.resource;
  }

  /** Called whenever other resources are served, or the same ones in another way. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  async start(): Promise<void> {
    const { store, signal } = this.#core;
    const subscription = store.onChange(customResourceDefinitions, (next, previous) => this.#changed(next, previous));
    signal.addEventListener('abort', () => subscription[Symbol.dispose](), { once: true });
    await Promise.all(store.list(customResourceDefinitions).map((crd) => this.serve(crd)));
  }

  /** Resolves once a definition that may be served is. */
  async serve(crd: CustomResourceDefinition): Promise<void> {
    const { metadata } = crd;
    const basis = basisOf(crd);
    if (!mayBeServed(crd) || this.#served.get(metadata.name ?? '')?.basis === basis) return;
    const resource = customResource(crd, this.#converterFor(crd));
    if (!resource || this.#isTaken(resource)) return;
    await this.#core.registry.cache.add(resource.stored);
    if (this.#core.store.get(customResourceDefinitions, '', metadata.name ?? '')?.metadata.uid !== metadata.uid) return;
    this.#show(crd, basis, resource);
  }

  #changed(next: CustomResourceDefinition | undefined, previous: CustomResourceDefinition | undefined): void {
    const name = previous?.metadata.name ?? '';
    if (!next) {
      this.#withdraw(name);
      return;
    }
    const known = this.#served.get(next.metadata.name ?? '');
    if (!known) {
      this.serve(next).catch((error) => this.#failed(next, error));
      return;
    }
    // Its objects are here already: whoever changed it sees the change with the next request.
    const basis = basisOf(next);
    const resource = basis === known.basis ? undefined : customResource(next, this.#converterFor(next));
    if (resource) this.#show(next, basis, resource);
  }

  #show(crd: CustomResourceDefinition, basis: string, resource: CustomResource): void {
    const name = crd.metadata.name ?? '';
    this.#served.set(name, { basis, resource, crd });
    this.#core.kinds.setCustom(name, resource.served);
    this.#tell();
  }

  #withdraw(name: string): void {
    const known = this.#served.get(name);
    if (!known) return;
    this.#served.delete(name);
    this.#core.kinds.setCustom(name, []);
    this.#core.registry.cache.drop(known.resource.stored);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Built-in kinds keep their places. */
  #isTaken({ stored: { group, plural } }: CustomResource): boolean {
    return this.#core.definitions.some((definition) => definition.group === group && definition.plural === plural);
  }

  #failed(crd: CustomResourceDefinition, error: unknown): void {
    if (this.#core.signal.aborted) return;
    this.#core.log.error({ definition: crd.metadata.name, error: String(error) }, 'a custom resource cannot be served');
  }
}

function mayBeServed(crd: CustomResourceDefinition): boolean {
  return isTrue(crd, 'NamesAccepted') || isTrue(crd, 'Established');
}

/** What the served resource follows from. */
function basisOf(crd: CustomResourceDefinition): string {
  const { uid, generation } = crd.metadata;
  return JSON.stringify([uid, generation, crd.status?.acceptedNames, isTrue(crd, 'Terminating')]);
}
