import { parseJson } from '../../../machinery/codec/json-value.ts';
import type { JsonPatchOperation } from '../../../machinery/patch/json.ts';
import { internalError, type Status } from '../../../machinery/status.ts';
import { CallFailure } from './failures.ts';
import type { AdmissionReviewRequest } from './review.ts';

/** What a webhook said. */
export interface Verdict {
  readonly allowed: boolean;
  readonly status: Partial<Status> | null | undefined;
  readonly patch: readonly JsonPatchOperation[];
  readonly warnings: readonly string[];
  readonly auditAnnotations: Readonly<Record<string, string>>;
}

interface ReviewAnswer {
  kind?: string;
  apiVersion?: string;
  response?: {
    uid?: string;
    allowed?: boolean;
    status?: Partial<Status> | null;
    patch?: string | null;
    patchType?: string | null;
    warnings?: string[] | null;
    auditAnnotations?: Record<string, string> | null;
  } | null;
}

/** Reads the answer of a webhook; throws {@link CallFailure} where it is none to the question. */
export function verdictOf(webhook: string, mutating: boolean, asked: AdmissionReviewRequest, answer: ReviewAnswer): Verdict {
  const { response } = answer;
  const refuse = (why: string): never => {
    throw new CallFailure(webhook, `received invalid webhook response: ${why}`, { code: 503 });
  };
  if (!response) return refuse('webhook response was absent');
  if (asked.apiVersion === 'admission.k8s.io/v1') {
    if (response.uid !== asked.request.uid)
      refuse(`expected response.uid=${JSON.stringify(asked.request.uid)}, got ${JSON.stringify(response.uid ?? '')}`);
    const [expected, got] = [shownKind(asked), shownKind(answer)];
    if (expected !== got) refuse(`expected webhook response of ${expected}, got ${got}`);
    if (mutating && response.patch && !response.patchType) refuse('webhook returned response.patch but not response.patchType');
    if (mutating && !response.patch && response.patchType) refuse('webhook returned response.patchType but not response.patch');
    if (!mutating && response.patch) refuse('validating webhook may not return response.patch');
    if (!mutating && response.patchType) refuse('validating webhook may not return response.patchType');
  }
  const { allowed = false, status, patch, patchType, warnings, auditAnnotations } = response;
  if (mutating && patch && patchType && patchType !== 'JSONPatch') refuse(`unsupported patch type "${patchType}"`);
  return {
    allowed,
    status,
    patch: mutating && patch ? operationsIn(patch) : [],
    warnings: warnings ?? [],
    auditAnnotations: auditAnnotations ?? {},
  };
}

function shownKind({ kind = '', apiVersion = '' }: ReviewAnswer): string {
  return `${apiVersion}, Kind=${kind}`;
}

function operationsIn(patch: string): JsonPatchOperation[] {
  let operations: unknown;
  try {
    operations = parseJson(Buffer.from(patch, 'base64').toString());
  } catch (error) {
    throw internalError((error as Error).message, error);
  }
  if (operations === null) return [];
  if (!Array.isArray(operations)) throw internalError('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  return operations as JsonPatchOperation[];
}
