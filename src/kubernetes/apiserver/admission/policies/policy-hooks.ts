import type { MatchResources, ParamKind, ParamRef } from '../../../api/generated/admissionregistration-v1.ts';
import type { KubeObject } from '../../../machinery/meta.ts';
import type { ResourceType } from '../../../machinery/resource.ts';
import type { ObjectStore } from '../../registry.ts';

/** What both kinds of policy have in common here. */
export interface Policy extends KubeObject {
  spec: { paramKind?: ParamKind; matchConstraints?: MatchResources; failurePolicy?: string };
}

/** What both kinds of binding have in common. */
export interface Binding extends KubeObject {
  spec: { policyName?: string; paramRef?: ParamRef; matchResources?: MatchResources };
}

/** A policy that is bound. */
export interface Hook<P extends Policy, B extends Binding, Compiled> {
  readonly policy: P;
  readonly bindings: readonly B[];
  readonly compiled: Compiled;
}

/** The policies of a kind that are bound, compiled, in the order of their names. */
export class PolicyHooks<P extends Policy, B extends Binding, Compiled> {
  readonly #store: ObjectStore;
  readonly #policies: ResourceType<P>;
  readonly #bindings: ResourceType<B>;
  readonly #compile: (policy: P) => Compiled;
  /** Policies are compiled once, for as long as they stay as they are. */
  readonly #compiled = new WeakMap<P, Compiled>();
  #all: readonly Hook<P, B, Compiled>[] | undefined;

  constructor(
    store: ObjectStore,
    types: { policies: ResourceType<P>; bindings: ResourceType<B> },
    compile: (policy: P) => Compiled,
    owned: DisposableStack,
  ) {
    this.#store = store;
    this.#policies = types.policies;
    this.#bindings = types.bindings;
    this.#compile = compile;
    const forget = () => {
      this.#all = undefined;
    };
    owned.use(store.onChange(types.policies, forget));
    owned.use(store.onChange(types.bindings, forget));
  }

  get all(): readonly Hook<P, B, Compiled>[] {
    this.#all ??= this.#read();
    return this.#all;
  }

  #read(): Hook<P, B, Compiled>[] {
    const bindings = Map.groupBy([...this.#store.list(this.#bindings)].sort(byName), ({ spec }) => spec.policyName ?? '');
    return [...this.#store.list(this.#policies)].sort(byName).flatMap((policy) => {
      const own = bindings.get(policy.metadata.name ?? '');
      return own ? [{ policy, bindings: own, compiled: this.#compiledOf(policy) }] : [];
    });
  }

  #compiledOf(policy: P): Compiled {
    const known = this.#compiled.get(policy);
    if (known !== undefined) return known;
    const made = this.#compile(policy);
    this.#compiled.set(policy, made);
    return made;
  }
}

function byName(a: KubeObject, b: KubeObject): number {
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
}
