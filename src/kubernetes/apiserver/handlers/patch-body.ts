import jsonPatch from 'fast-json-patch';
import { bodyDecoder } from '../../api/schemas.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { ApiError, badRequest, invalid } from '../../machinery/status.ts';
import { invalidValue } from '../../machinery/validation/faults.ts';
import type { RequestContext } from '../request.ts';
import type { Kind } from './decode.ts';
import type { FieldValidation } from './write-options.ts';

/** The kind's present object with the patch of a request applied, read again as the kind. */
export function patchedBy(request: RequestContext, expected: Kind, body: Buffer, current: KubeObject, fieldValidation: FieldValidation): KubeObject {
  const patched = JSON.stringify(applied(request, body, current));
  try {
    const { object, warnings } = bodyDecoder.decode<KubeObject>(patched, { expected, fieldValidation });
    for (const warning of warnings) request.warnings.add(warning);
    object.metadata ??= {};
    return object;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const why = error.message.replace(/^.*? cannot be handled as a \w+: /, '');
    throw invalid({ group: '', kind: '' }, '', [invalidValue('patch', patched, why)]);
  }
}

function applied(request: RequestContext, body: Buffer, current: KubeObject): unknown {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim();
  switch (type) {
    case 'application/json-patch+json':
      return applyJsonPatch(current, parsePatch(body));
    case 'application/merge-patch+json':
    case 'application/strategic-merge-patch+json':
      return mergePatch(structuredClone(current), parsePatch(body));
    default:
      throw new ApiError({ code: 415, reason: 'UnsupportedMediaType', message: '415: Unsupported Media Type', details: {} });
  }
}

function parsePatch(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`);
  }
}

function applyJsonPatch(current: KubeObject, operations: unknown): unknown {
  try {
    return jsonPatch.applyPatch(structuredClone(current), operations as never, true).newDocument;
  } catch {
    throw new ApiError({ code: 422, reason: 'Invalid', message: 'the server rejected our request due to an error in our request', details: {} });
  }
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result = (typeof target === 'object' && target !== null && !Array.isArray(target) ? target : {}) as Record<string, unknown>;
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}
