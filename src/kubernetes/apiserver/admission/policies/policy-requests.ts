import type { Namespace } from '../../../api/generated/core-v1.ts';
import { namespaces } from '../../../api/resources.ts';
import type { KubeObject } from '../../../machinery/meta.ts';
import type { ResourceType } from '../../../machinery/resource.ts';
import { ApiError, notFound } from '../../../machinery/status.ts';
import type { ObjectStore } from '../../registry.ts';
import type { AdmissionAttributes } from '../admission.ts';
import type { Matcher } from '../matching/matcher.ts';
import { isNamespaces } from '../matching/rules.ts';
import { ConfigurationError, type PolicyParams } from './params.ts';
import type { Binding, Hook, Policy } from './policy-hooks.ts';

/** A policy that a request concerns, by way of one binding, with what it is evaluated with. */
export interface Invocation<P extends Policy, B extends Binding, Compiled> {
  readonly hook: Hook<P, B, Compiled>;
  readonly binding: B;
  readonly resource: ResourceType;
  readonly params: readonly (KubeObject | null)[];
}

/** Why a policy that may concern a request cannot be evaluated. */
export interface Misconfiguration<P extends Policy, B extends Binding> {
  readonly policy: P;
  readonly binding?: B;
  readonly message: string;
}

/** Finds the policies that a request concerns. */
export class PolicyRequests {
  readonly #matcher: Matcher;
  readonly #params: PolicyParams;
  readonly #store: ObjectStore;

  constructor(matcher: Matcher, params: PolicyParams, store: ObjectStore) {
    this.#matcher = matcher;
    this.#params = params;
    this.#store = store;
  }

  /** Misconfigured policies that ignore failures are left out. */
  async concerning<P extends Policy, B extends Binding, Compiled>(
    hooks: readonly Hook<P, B, Compiled>[],
    attributes: AdmissionAttributes,
  ): Promise<(Invocation<P, B, Compiled> | Misconfiguration<P, B>)[]> {
    const found: (Invocation<P, B, Compiled> | Misconfiguration<P, B>)[] = [];
    for (const hook of hooks) {
      const { policy, bindings } = hook;
      const strict = policy.spec.failurePolicy !== 'Ignore';
      const resource = await this.#orFault(() => this.#matcher.match(policy.spec.matchConstraints ?? {}, attributes));
      if (resource instanceof Fault) {
        if (strict) found.push({ policy, message: `failed to configure policy: ${resource.message}` });
        continue;
      }
      if (!resource) continue;
      const paramKind = await this.#orFault(() => policy.spec.paramKind && this.#params.definitionOf(policy.spec.paramKind));
      if (paramKind instanceof Fault) {
        if (strict) found.push({ policy, message: `failed to configure policy: ${paramKind.message}` });
        continue;
      }
      for (const binding of bindings) {
        const params = await this.#orFault(async () => {
          if (!this.#matcher.match(binding.spec.matchResources ?? {}, attributes, attributes.resource)) return undefined;
          return this.#params.collect(paramKind, binding.spec.paramRef, attributes.namespace);
        });
        if (params instanceof Fault) {
          if (strict) found.push({ policy, binding, message: `failed to configure binding: ${params.message}` });
        } else if (params?.length) found.push({ hook, binding, resource, params });
      }
    }
    return found;
  }

  /** The namespace that expressions see; undefined outside of namespaces and for namespaces themselves. */
  namespaceOf({ namespace, resource }: AdmissionAttributes): Namespace | undefined {
    if (namespace === '' || isNamespaces(resource)) return undefined;
    const found = this.#store.get(namespaces, '', namespace);
    if (!found) throw notFound(namespaces, namespace);
    return found;
  }

  async #orFault<T>(find: () => T | Promise<T>): Promise<T | Fault> {
    try {
      return await find();
    } catch (error) {
      if (error instanceof ConfigurationError || error instanceof ApiError) return new Fault(error.message);
      throw error;
    }
  }
}

class Fault {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}
