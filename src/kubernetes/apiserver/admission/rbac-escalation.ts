import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '../../api/generated/rbac-v1.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { forbidden, notFound } from '../../machinery/status.ts';
import { MASTERS_GROUP } from '../authentication/identities.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import { uncovered } from '../authorization/rbac/cover.ts';
import { escalation, FULL_AUTHORITY } from '../authorization/rbac/escalation.ts';
import type { RuleResolver } from '../authorization/rbac/rule-resolver.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';

const GROUP = 'rbac.authorization.k8s.io';

/**
 * Nobody grants what they do not hold. Upstream checks this where roles are stored; here it is a plugin that cannot
 * be switched off. The verbs `escalate` and `bind` lift it.
 */
export class RbacEscalation implements AdmissionPlugin {
  readonly name = 'RBACEscalation';
  readonly #resolver: RuleResolver;
  readonly #authorizer: Authorizer;

  constructor(resolver: RuleResolver, authorizer: Authorizer) {
    this.#resolver = resolver;
    this.#authorizer = authorizer;
  }

  handles({ resource, operation, subresource }: AdmissionAttributes): boolean {
    return resource.group === GROUP && subresource === '' && (operation === 'CREATE' || operation === 'UPDATE');
  }

  async validate(attributes: AdmissionAttributes): Promise<void> {
    const { object, oldObject, resource } = attributes;
    if (!object || (oldObject && onlyCollectable(object, oldObject))) return;
    if (resource.kind.endsWith('Binding')) await this.#checkBinding(attributes, object as RoleBinding | ClusterRoleBinding);
    else await this.#checkRole(attributes, object as Role | ClusterRole);
  }

  async #checkRole(attributes: AdmissionAttributes, role: Role | ClusterRole): Promise<void> {
    if (await this.#may(attributes, 'escalate', attributes.resource.plural, role.metadata.name ?? '')) return;
    const previous = attributes.oldObject as ClusterRole | undefined;
    // What an aggregating role will hold cannot be known, so that only those who hold everything may write one.
    if (('aggregationRule' in role && role.aggregationRule) || previous?.aggregationRule) this.#requireEverything(attributes);
    this.#refuse(attributes, escalation(this.#resolver, attributes.user, attributes.namespace, role.rules ?? []));
  }

  #requireEverything(attributes: AdmissionAttributes): void {
    const { rules } = this.#resolver.rulesFor(attributes.user, '');
    const missing = !attributes.user.groups.includes(MASTERS_GROUP) && uncovered(rules, FULL_AUTHORITY).length > 0;
    this.#refuse(attributes, missing ? 'must have cluster-admin privileges to use an aggregationRule' : undefined);
  }

  async #checkBinding(attributes: AdmissionAttributes, binding: RoleBinding | ClusterRoleBinding): Promise<void> {
    const { kind, name } = binding.roleRef;
    const plural = kind === 'ClusterRole' ? 'clusterroles' : 'roles';
    if (await this.#may(attributes, 'bind', plural, name)) return;
    const rules = this.#resolver.rulesOf(binding.roleRef, attributes.namespace);
    if (!rules) throw notFound({ group: GROUP, plural }, name);
    this.#refuse(attributes, escalation(this.#resolver, attributes.user, attributes.namespace, rules));
  }

  async #may({ user, namespace }: AdmissionAttributes, verb: string, resource: string, name: string): Promise<boolean> {
    if (user.groups.includes(MASTERS_GROUP)) return true;
    const request = {
      user,
      verb,
      isResourceRequest: true,
      path: '',
      group: GROUP,
      version: '*',
      namespace,
      resource,
      subresource: '',
      name,
    };
    return (await this.#authorizer.authorize(request)).decision === 'allow';
  }

  #refuse({ resource, object }: AdmissionAttributes, why: string | undefined): void {
    if (why) throw forbidden(resource, object?.metadata.name ?? '', why);
  }
}

/** Whether a write only lets the garbage collector finish: nothing but finalizers and owners change. */
function onlyCollectable(next: KubeObject, previous: KubeObject): boolean {
  return comparable(next) === comparable(previous);
}

function comparable(object: KubeObject): string {
  const {
    finalizers: _finalizers,
    ownerReferences: _owners,
    managedFields: _managers,
    resourceVersion: _version,
    ...metadata
  } = object.metadata;
  return JSON.stringify(sorted({ ...object, metadata }));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
