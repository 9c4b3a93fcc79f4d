import { bodyDecoder } from '../../api/schemas.ts';
import type { BodyFormat, BodyReader } from '../../machinery/codec/body.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { apiVersionOf } from '../../machinery/resource.ts';
import { ApiError, badRequest } from '../../machinery/status.ts';
import type { RequestContext } from '../request.ts';
import type { FieldValidation } from './write-options.ts';

/** A kind at a version. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** For kinds without a generated schema. */
  readonly custom?: { readonly reader: BodyReader };
}

/** Reads the object in a body, as the kind that is written here: pruned, in order, but not defaulted. */
export function decodeBody<T = KubeObject>(request: RequestContext, expected: Kind, body: Buffer, fieldValidation: FieldValidation): T {
  const { object, gvk } = decodeAny(request, expected, body, fieldValidation);
  if (gvk.group !== expected.group || gvk.version !== expected.version) {
    throw badRequest(
      `the API version in the data (${apiVersionOf(gvk)}) does not match the expected API version (${apiVersionOf(expected)})`,
    );
  }
  object.metadata ??= {};
  return object as T;
}

/** The same for kinds that every group has, such as DeleteOptions: whatever version the body says will do. */
export function decodeAny(request: RequestContext, expected: Kind, body: Buffer, fieldValidation: FieldValidation) {
  const format = bodyFormat(request.headers['content-type'], expected);
  const decoded = (expected.custom?.reader ?? bodyDecoder).decode<Record<string, unknown>>(body, { expected, format, fieldValidation });
  for (const warning of decoded.warnings) request.warnings.add(warning);
  request.audit?.requestObject(decoded.object);
  return decoded;
}

function bodyFormat(contentType: string | undefined, { custom }: Kind): BodyFormat {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json' || type === '') return 'json';
  if (type === 'application/yaml') return 'yaml';
  if (type === 'application/vnd.kubernetes.protobuf' && !custom) return 'protobuf';
  throw unknownFormat(['application/json', 'application/yaml', ...(custom ? [] : ['application/vnd.kubernetes.protobuf'])]);
}

/** 415, naming what would have been taken. */
export function unknownFormat(accepted: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new ApiError({ code: 415, reason: 'UnsupportedMediaType', message });
}
