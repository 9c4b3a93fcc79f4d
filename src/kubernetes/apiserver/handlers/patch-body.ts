import { bodyDecoder, lookupSchema } from '../../api/schemas.ts';
import { JsonSyntaxError, parseJsonText } from '../../machinery/codec/json-text.ts';
import { parseJson } from '../../machinery/codec/json-value.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { JsonPatchError, type JsonPatchOperation, jsonPatch } from '../../machinery/patch/json.ts';
import { mergePatch } from '../../machinery/patch/merge.ts';
import { ListOfListsError, StrategicPatchError, showMap } from '../../machinery/patch/strategic/errors.ts';
import { StrategicPatchFormatError, strategicMergePatch } from '../../machinery/patch/strategic.ts';
import { ApiError, badRequest, invalid } from '../../machinery/status.ts';
import { invalidValue } from '../../machinery/validation/faults.ts';
import type { RequestContext } from '../request.ts';
import { type Kind, unknownFormat } from './decode.ts';
import { asConversionFault, showMerged } from './patch-faults.ts';
import type { FieldValidation } from './write-options.ts';

/** A kind that can be patched: its schema says how strategic patches merge. */
export interface PatchedKind extends Kind {
  readonly schema: string;
}

const MAX_OPERATIONS = 10_000;

/** Custom resources do not say how their lists merge. */
const CUSTOM_PATCHES = ['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml'];

const PATCHES = new Set([...CUSTOM_PATCHES, 'application/strategic-merge-patch+json']);

export function mediaTypeOf(request: RequestContext): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
}

/** The kind's present object with the patch of a request applied, read again as the kind. */
export function patchedBy(
  request: RequestContext,
  kind: PatchedKind,
  body: Buffer,
  current: KubeObject,
  fieldValidation: FieldValidation,
): KubeObject {
  switch (mediaTypeOf(request)) {
    case 'application/json-patch+json': {
      const after = performed(current, parsePatch(body));
      return readAgain(request, kind, fieldValidation, after, () => JSON.stringify(after));
    }
    case 'application/merge-patch+json': {
      const after = mergePatch(current, parsePatch(body));
      return readAgain(request, kind, fieldValidation, after, () => showMerged(current, after));
    }
    case 'application/strategic-merge-patch+json': {
      const patch = mapOf(parsePatch(body));
      return readAgain(request, kind, fieldValidation, merged(kind, current, patch), () => showMap(patch), asConversionFault);
    }
    default:
      throw unsupportedPatch();
  }
}

/** 415 for a body that is no patch of this kind, whatever else is wrong with the request. */
export function checkPatchType(request: RequestContext, { custom }: Kind): void {
  const type = mediaTypeOf(request);
  if (custom && !CUSTOM_PATCHES.includes(type)) throw unknownFormat(CUSTOM_PATCHES);
  if (!PATCHES.has(type)) throw unsupportedPatch();
}

function unsupportedPatch(): ApiError {
  return new ApiError({ code: 415, reason: 'UnsupportedMediaType', message: '415: Unsupported Media Type', details: {} });
}

/** A patched object that no longer is one of its kind is the patch's fault. `show` is what the message then quotes. */
function readAgain(
  request: RequestContext,
  expected: Kind,
  fieldValidation: FieldValidation,
  patched: unknown,
  show: () => string,
  explain = (why: string) => why,
): KubeObject {
  try {
    const { object, warnings } = (expected.custom?.reader ?? bodyDecoder).decode<KubeObject>(JSON.stringify(patched), {
      expected,
      fieldValidation,
    });
    for (const warning of warnings) request.warnings.add(warning);
    object.metadata ??= {};
    return object;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const why = error.message.replace(/^.*? cannot be handled as a \w+: /, '');
    throw invalid({ group: '', kind: '' }, '', [invalidValue('patch', show(), explain(why))]);
  }
}

function parsePatch(body: Buffer): unknown {
  const text = body.toString();
  try {
    return parseJson(text);
  } catch {
    throw badRequest(`error decoding patch: ${syntaxFault(text)}`);
  }
}

/** A strategic patch is a map; null is an empty one. */
function mapOf(patch: unknown): Record<string, unknown> {
  if (patch === null) return {};
  if (typeof patch === 'object' && !Array.isArray(patch)) return patch as Record<string, unknown>;
  const found = Array.isArray(patch) ? 'array' : typeof patch === 'boolean' ? 'bool' : typeof patch;
  throw badRequest(`error decoding patch: json: cannot unmarshal ${found} into Go value of type map[string]interface {}`);
}

function syntaxFault(text: string): string {
  try {
    parseJsonText(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message;
    throw error;
  }
  return 'invalid JSON';
}

function performed(current: KubeObject, operations: unknown): unknown {
  if (!Array.isArray(operations)) throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  if (operations.length > MAX_OPERATIONS) {
    const message = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${operations.length}`;
    throw new ApiError({ code: 413, reason: 'RequestEntityTooLarge', message: `Request entity too large: ${message}` });
  }
  try {
    return jsonPatch(current, operations as JsonPatchOperation[]);
  } catch (error) {
    if (error instanceof JsonPatchError) throw unprocessable(error);
    throw error;
  }
}

function unprocessable(cause: Error): ApiError {
  const message = 'the server rejected our request due to an error in our request';
  return new ApiError({ code: 422, reason: 'Invalid', message, details: {} }, cause);
}

function merged(kind: PatchedKind, current: KubeObject, patch: Record<string, unknown>): unknown {
  try {
    return strategicMergePatch(current, patch, kind.schema, lookupSchema);
  } catch (error) {
    if (error instanceof StrategicPatchFormatError) throw badRequest(error.message);
    if (error instanceof ListOfListsError) throw unprocessable(error);
    if (error instanceof StrategicPatchError) throw new ApiError({ code: 500, message: error.message }, error);
    throw error;
  }
}
