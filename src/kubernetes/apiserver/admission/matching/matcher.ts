import type { ResourceDefinition } from '../../../api/define.ts';
import type { MatchResources, NamedRuleWithOperations } from '../../../api/generated/admissionregistration-v1.ts';
import type { ResourceType } from '../../../machinery/resource.ts';
import type { ObjectStore } from '../../registry.ts';
import type { ServedKinds } from '../../served-kinds.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { ruleMatches } from './rules.ts';
import { namespaceSelected, objectSelected } from './selectors.ts';

/** These say what is asked about others, so that nobody can lock himself out by them. */
const EXEMPT = new Set([
  'mutatingwebhookconfigurations',
  'validatingwebhookconfigurations',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
]);

export function isExempt({ resource }: AdmissionAttributes): boolean {
  return resource.group === 'admissionregistration.k8s.io' && EXEMPT.has(resource.plural);
}

/** Finds out whether webhooks and policies are about a request. */
export class Matcher {
  readonly #store: ObjectStore;
  readonly #kinds: ServedKinds;

  constructor(store: ObjectStore, kinds: ServedKinds) {
    this.#store = store;
    this.#kinds = kinds;
  }

  /**
   * The resource that a request is about in the eyes of a webhook or policy: as requested, or as another version of
   * it, where only that is named and equivalents count. Undefined where it is not about the request. Without rules it
   * is about every request for `withoutRules`, and about none where that is not given.
   */
  match(criteria: MatchResources, attributes: AdmissionAttributes, withoutRules?: ResourceType): ResourceType | undefined {
    if (!objectSelected(criteria.objectSelector, attributes)) return undefined;
    const { resourceRules = [], excludeResourceRules = [], matchPolicy } = criteria;
    if (this.#named(excludeResourceRules, matchPolicy, attributes)) return undefined;
    const found = resourceRules.length > 0 ? this.#named(resourceRules, matchPolicy, attributes) : withoutRules;
    // Last, because it fails where there is no such namespace: which is nobody's business that is not concerned.
    return found && namespaceSelected(criteria.namespaceSelector, attributes, this.#store) ? found : undefined;
  }

  #named(
    rules: readonly NamedRuleWithOperations[],
    matchPolicy: string | undefined,
    attributes: AdmissionAttributes,
  ): ResourceType | undefined {
    const { resource } = attributes;
    if (rules.some((rule) => ruleMatches(rule, attributes, resource))) return resource;
    if (matchPolicy !== 'Equivalent' || rules.length === 0) return undefined;
    const others = this.#equivalents(resource);
    for (const rule of rules) {
      const found = others.find((other) => ruleMatches(rule, attributes, other));
      if (found) return found;
    }
    return undefined;
  }

  /** The other versions of a resource. */
  #equivalents(resource: ResourceType): readonly ResourceType[] {
    const stored = storedOf(resource);
    return this.#kinds.all.filter((other) => storedOf(other) === stored && other !== resource);
  }
}

function storedOf(resource: ResourceType): ResourceType {
  return (resource as ResourceDefinition).storedAs?.definition ?? resource;
}
