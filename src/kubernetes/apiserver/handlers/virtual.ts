import type { Clock } from '../../../base/clock.ts';
import { jsonCodec } from '../../api/schemas.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { ReadBody, VirtualResource } from '../extensions.ts';
import { negotiate } from '../http/negotiate.ts';
import type { HttpResponse } from '../http/response.ts';
import type { RequestContext } from '../request.ts';
import { recordAsker } from '../writes/field-owners.ts';
import { answerValue } from './answer.ts';
import { decodeBody } from './decode.ts';
import { methodNotAllowed } from './method-not-allowed.ts';
import { parseWriteQuery, writeContext } from './write-options.ts';

/** POST of a kind that is asked and not stored. */
export async function handleVirtual(
  virtual: VirtualResource,
  request: RequestContext,
  response: HttpResponse,
  readBody: ReadBody,
  clock: Clock,
): Promise<void> {
  if (request.method !== 'POST') throw methodNotAllowed();
  negotiate(request.headers.accept, { tableless: true });
  const options = parseWriteQuery(request.query, 'CreateOptions');
  const expected = { group: virtual.kindGroup ?? virtual.group, version: virtual.kindVersion ?? virtual.version, kind: virtual.kind };
  const object = decodeBody(request, expected, await readBody(), options.fieldValidation);
  forgetSystemFields(virtual, object);
  recordAsker(virtual, object, writeContext(request, options).fieldManager ?? '', clock.now());
  const answer = await virtual.create(object, request, { dryRun: options.dryRun });
  const schema = virtual.answerSchema ?? virtual.schema;
  return answerValue({ request, response }, 201, jsonCodec.written(schema, answer), schema);
}

/** What only a stored object has. */
function forgetSystemFields(virtual: VirtualResource, object: KubeObject): void {
  const { metadata } = object;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
  if (!virtual.namespaced) delete metadata.namespace;
}
