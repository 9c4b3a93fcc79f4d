import type { ResourceDefinition } from '../../../api/define.ts';
import type { ParamKind, ParamRef } from '../../../api/generated/admissionregistration-v1.ts';
import type { KubeObject } from '../../../machinery/meta.ts';
import { apiVersionOf } from '../../../machinery/resource.ts';
import { selectorFrom } from '../../../machinery/selectors.ts';
import type { ServedKinds } from '../../served-kinds.ts';
import type { StoredObject } from '../../store/stored-object.ts';
import type { Registry } from '../../writes/registry.ts';

/** A policy or a binding is not set up so that it could be asked. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** Reads the parameters that bindings refer to, of whatever kind. */
export class PolicyParams {
  readonly #kinds: ServedKinds;
  readonly #registry: Pick<Registry, 'cache'>;

  constructor(kinds: ServedKinds, registry: Pick<Registry, 'cache'>) {
    this.#kinds = kinds;
    this.#registry = registry;
  }

  /** The kind of a policy's parameters; throws {@link ConfigurationError} where it is not served. */
  definitionOf({ apiVersion = '', kind = '' }: ParamKind): ResourceDefinition {
    const found = this.#kinds.all.find((definition) => definition.kind === kind && apiVersionOf(definition) === apiVersion);
    if (!found) throw new ConfigurationError(`failed to find resource referenced by paramKind: '${apiVersion}, Kind=${kind}'`);
    return found;
  }

  /**
   * What a binding has its policy evaluated with, each on its own: null where policy or binding take no parameter.
   * Throws {@link ConfigurationError}.
   */
  async collect(definition: ResourceDefinition | undefined, ref: ParamRef | undefined, namespace: string): Promise<(KubeObject | null)[]> {
    if (!definition || !ref) return [null];
    const found = await this.#find(definition, ref, this.#namespaceOf(definition, ref, namespace));
    if (found.length === 0 && ref.parameterNotFoundAction === 'Deny') {
      throw new ConfigurationError('no params found for policy binding with `Deny` parameterNotFoundAction');
    }
    return found.map(({ object }) => object);
  }

  #namespaceOf({ namespaced }: ResourceDefinition, ref: ParamRef, namespace: string): string {
    if (!namespaced) {
      if (ref.namespace) throw new ConfigurationError('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
      return '';
    }
    const own = ref.namespace || namespace;
    if (own === '') throw new ConfigurationError('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources');
    return own;
  }

  async #find(definition: ResourceDefinition, { name, selector }: ParamRef, namespace: string): Promise<StoredObject[]> {
    const cache = this.#registry.cache.cacheOf(definition);
    if (name) {
      const found = await cache.get(namespace, name);
      return found ? [found] : [];
    }
    const selected = selectorFrom(selector);
    return (await cache.list(namespace)).filter(({ object }) => selected.matches(object.metadata.labels));
  }
}
