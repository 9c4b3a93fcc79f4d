import type { KubeObject } from '../../machinery/meta.ts';
import { groupResource } from '../../machinery/resource.ts';
import type { ResourceQuota, ScopedResourceSelectorRequirement } from '../generated/core-v1.ts';
import type { Amounts } from './amounts.ts';
import { claimEvaluator } from './claims.ts';
import { countEvaluator } from './counts.ts';
import { podEvaluator } from './pods.ts';
import { resourceClaimEvaluator } from './resource-claims.ts';
import { serviceEvaluator } from './services.ts';

/** One condition on the objects that a quota counts. */
export type Scope = ScopedResourceSelectorRequirement;

/** A write as far as quotas care. */
export interface QuotaWrite {
  operation: string;
  subresource: string;
  object?: KubeObject;
  oldObject?: KubeObject;
}

/** Knows what objects of one kind use of a quota. */
export interface QuotaEvaluator {
  /** Whether a quota's resource is one that objects of this kind use. */
  measures(resource: string): boolean;
  /** Whether a write may change what is used. */
  concerns(write: QuotaWrite): boolean;
  /** Whether an object meets a condition of a quota. */
  inScope(scope: Scope, object: KubeObject): boolean;
  /** What an object uses. */
  usage(object: KubeObject, now: number): Amounts;
  /** What keeps an object out of a quota on these resources, whatever it uses. */
  objection?(resources: readonly string[], object: KubeObject): string | undefined;
}

const SPECIAL: Readonly<Record<string, QuotaEvaluator>> = {
  pods: podEvaluator,
  services: serviceEvaluator,
  persistentvolumeclaims: claimEvaluator,
  'resourceclaims.resource.k8s.io': resourceClaimEvaluator,
};

/** Kinds whose objects use more than their number. */
export const SPECIAL_RESOURCES: readonly string[] = Object.keys(SPECIAL);

/** The evaluator of a kind: by its group and plural, `pods` or `deployments.apps`. */
export function evaluatorOf(type: { group: string; plural: string }): QuotaEvaluator {
  const name = groupResource(type);
  return SPECIAL[name] ?? countEvaluator(name);
}

/** Every condition of a quota. */
export function scopesOf({ spec }: ResourceQuota): Scope[] {
  const named = (spec?.scopes ?? []).map((scopeName): Scope => ({ scopeName, operator: 'Exists' }));
  return [...named, ...(spec?.scopeSelector?.matchExpressions ?? [])];
}

/** Whether a quota counts an object: all its conditions are met. */
export function isInScopes(quota: ResourceQuota, evaluator: QuotaEvaluator, object: KubeObject): boolean {
  return scopesOf(quota).every((scope) => evaluator.inScope(scope, object));
}
