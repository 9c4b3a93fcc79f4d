import type { ClusterRoleBinding, RoleBinding, Subject } from '../../../api/generated/rbac-v1.ts';
import { clusterRoleBindings, roleBindings } from '../../../api/resources.ts';
import type { ObjectStore } from '../../registry.ts';
import type { UserInfo } from '../../request.ts';

export type Binding = RoleBinding | ClusterRoleBinding;

/** Bindings of one namespace (or of the cluster) by the subjects they name. */
type BySubject = Map<string, Set<Binding>>;

const CLUSTER = '';

/**
 * Who is bound to what, kept up to date from the store. A request looks up its user and groups instead of walking
 * every binding of the cluster.
 */
export class RbacIndex implements Disposable {
  readonly #scopes = new Map<string, BySubject>();
  readonly #subscriptions = new DisposableStack();

  constructor(store: ObjectStore) {
    this.#subscriptions.use(store.onChange(clusterRoleBindings, (next, previous) => this.#replace(next, previous)));
    this.#subscriptions.use(store.onChange(roleBindings, (next, previous) => this.#replace(next, previous)));
    for (const binding of store.list(clusterRoleBindings)) this.#add(binding);
    for (const binding of store.list(roleBindings)) this.#add(binding);
  }

  [Symbol.dispose](): void {
    this.#subscriptions.dispose();
  }

  /** Bindings of the namespace, or of the cluster without one, that name the user. A binding may come twice. */
  *bindingsOf(user: UserInfo, namespace: string): Iterable<Binding> {
    const scope = this.#scopes.get(namespace);
    if (!scope) return;
    for (const key of keysOf(user)) yield* scope.get(key) ?? [];
  }

  #replace(next: Binding | undefined, previous: Binding | undefined): void {
    if (previous) this.#remove(previous);
    if (next) this.#add(next);
  }

  #add(binding: Binding): void {
    const namespace = binding.metadata.namespace ?? CLUSTER;
    const scope = this.#scopes.get(namespace) ?? new Map();
    this.#scopes.set(namespace, scope);
    for (const subject of binding.subjects ?? []) {
      const key = keyOfSubject(subject, namespace);
      const bound = scope.get(key) ?? new Set();
      scope.set(key, bound.add(binding));
    }
  }

  #remove(binding: Binding): void {
    const { namespace = CLUSTER, name } = binding.metadata;
    const scope = this.#scopes.get(namespace);
    if (!scope) return;
    for (const subject of binding.subjects ?? []) {
      const key = keyOfSubject(subject, namespace);
      const bound = scope.get(key);
      for (const known of bound ?? []) if (known.metadata.name === name) bound?.delete(known);
      if (bound?.size === 0) scope.delete(key);
    }
    if (scope.size === 0) this.#scopes.delete(namespace);
  }
}

function keysOf(user: UserInfo): string[] {
  return [`User/${user.username}`, ...user.groups.map((group) => `Group/${group}`)];
}

/** Service accounts are looked up by their user name; in a RoleBinding they default to its namespace. */
function keyOfSubject(subject: Subject, namespace: string): string {
  if (subject.kind !== 'ServiceAccount') return `${subject.kind}/${subject.name}`;
  return `User/system:serviceaccount:${subject.namespace || namespace}:${subject.name}`;
}

/** The first subject of a binding that is the user or one of the user's groups. */
export function subjectFor(binding: Binding, user: UserInfo): Subject | undefined {
  const keys = new Set(keysOf(user));
  return binding.subjects?.find((subject) => keys.has(keyOfSubject(subject, binding.metadata.namespace ?? CLUSTER)));
}
