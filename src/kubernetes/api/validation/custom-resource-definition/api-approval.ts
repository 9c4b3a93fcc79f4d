import type { FieldError } from '../../../machinery/field-error.ts';
import { formatCheck } from '../../../machinery/structural/formats.ts';
import { invalidValue, required } from '../../../machinery/validation/faults.ts';
import { goQuote } from '../../../machinery/validation/go-text.ts';
import type { CustomResourceDefinition } from '../../generated/apiextensions-v1.ts';

const ANNOTATION = 'api-approved.kubernetes.io';
const SEE = 'see https://github.com/kubernetes/enhancements/pull/1111';

export type ApprovalState = 'invalid' | 'approved' | 'bypassed' | 'missing';

/** Groups of the Kubernetes community, which demand a review. */
export function isProtectedGroup(group: string): boolean {
  return /(^|\.)(k8s|kubernetes)\.io$/.test(group);
}

/** What a definition says about the review of its API. */
export function approvalOf({ metadata }: CustomResourceDefinition): { state: ApprovalState; reason: string } {
  const annotation = metadata.annotations?.[ANNOTATION] ?? '';
  if (annotation === '') {
    return { state: 'missing', reason: `protected groups must have approval annotation ${goQuote(ANNOTATION)}, ${SEE}` };
  }
  if (annotation.startsWith('unapproved')) return { state: 'bypassed', reason: `not approved: ${goQuote(annotation)}` };
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(annotation) && formatCheck('uri')?.(annotation)) {
    return { state: 'approved', reason: `approved in ${annotation}` };
  }
  const demand = `with either a URL or a reason starting with "unapproved"`;
  return { state: 'invalid', reason: `protected groups must have approval annotation ${goQuote(ANNOTATION)} ${demand}, ${SEE}` };
}

export function* approvalRules(next: CustomResourceDefinition, previous?: CustomResourceDefinition): Iterable<FieldError> {
  if (!isProtectedGroup(next.spec?.group ?? '')) return;
  const { state, reason } = approvalOf(next);
  if (previous && approvalOf(previous).state === state) return;
  const path = `metadata.annotations[${ANNOTATION}]`;
  if (state === 'missing') yield required(path, reason);
  if (state === 'invalid') yield invalidValue(path, next.metadata.annotations?.[ANNOTATION], reason);
}
