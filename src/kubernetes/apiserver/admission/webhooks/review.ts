import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../../../machinery/meta.ts';
import type { ResourceType } from '../../../machinery/resource.ts';
import type { AdmissionAttributes, AdmissionKind } from '../admission.ts';
import { kindOf, shownAs } from '../matching/versioned.ts';

export const REVIEW_VERSIONS = ['v1', 'v1beta1'] as const;
export type ReviewVersion = (typeof REVIEW_VERSIONS)[number];

const OPTIONS: Readonly<Record<string, string>> = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions' };

/** The body of a request to a webhook. */
export interface AdmissionReviewRequest {
  readonly kind: 'AdmissionReview';
  readonly apiVersion: string;
  readonly request: { readonly uid: string; readonly object: KubeObject | null; readonly [field: string]: unknown };
}

/** What a webhook is asked about a request whose resource it knows as `resource`. */
export async function reviewOf(
  attributes: AdmissionAttributes,
  resource: ResourceType,
  version: ReviewVersion,
): Promise<AdmissionReviewRequest> {
  const { object, oldObject } = attributes;
  return {
    kind: 'AdmissionReview',
    apiVersion: `admission.k8s.io/${version}`,
    request: {
      uid: randomUUID(),
      ...requestOf(attributes, resource),
      object: object ? await shownAs(object, attributes, resource) : null,
      oldObject: oldObject ? await shownAs(oldObject, attributes, resource) : null,
    },
  };
}

/** A request without its objects, as webhooks and policies see it. */
export function requestOf(attributes: AdmissionAttributes, resource: ResourceType): Record<string, unknown> {
  const { operation, subresource, namespace, name, user, dryRun } = attributes;
  const { username, uid, groups, extra } = user;
  return {
    kind: plainKind(kindOf(attributes, resource)),
    resource: plainResource(resource),
    requestKind: plainKind(kindOf(attributes)),
    requestResource: plainResource(attributes.resource),
    ...(subresource ? { subResource: subresource, requestSubResource: subresource } : {}),
    ...(name ? { name } : {}),
    ...(namespace ? { namespace } : {}),
    operation,
    userInfo: { username, ...(uid ? { uid } : {}), ...(groups.length > 0 ? { groups } : {}), ...(extra ? { extra } : {}) },
    dryRun,
    options: optionsOf(attributes),
  };
}

function plainKind({ group, version, kind }: AdmissionKind): AdmissionKind {
  return { group, version, kind };
}

function plainResource({ group, version, plural }: ResourceType): { group: string; version: string; resource: string } {
  return { group, version, resource: plural };
}

/** The options of a request, which a patch has as the update or create that it comes down to. */
export function optionsOf({ operation, options }: AdmissionAttributes): object | null {
  const kind = OPTIONS[operation];
  if (!kind) return null;
  return { ...(options as object | undefined), kind, apiVersion: 'meta.k8s.io/v1' };
}
