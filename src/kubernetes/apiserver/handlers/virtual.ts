import type { ReadBody, VirtualResource } from '../extensions.ts';
import type { HttpResponse } from '../http/response.ts';
import type { RequestContext } from '../request.ts';
import { answerValue } from './answer.ts';
import { decodeBody } from './decode.ts';
import { methodNotAllowed } from './table.ts';
import { parseWriteQuery } from './write-options.ts';

/** POST of a kind that is asked and not stored. */
export async function handleVirtual(virtual: VirtualResource, request: RequestContext, response: HttpResponse, readBody: ReadBody): Promise<void> {
  if (request.method !== 'POST') throw methodNotAllowed();
  const options = parseWriteQuery(request.query, 'CreateOptions');
  const expected = { group: virtual.kindGroup ?? virtual.group, version: virtual.kindVersion ?? virtual.version, kind: virtual.kind };
  const object = decodeBody(request, expected, await readBody(), options.fieldValidation);
  const answer = await virtual.create(object, request, { dryRun: options.dryRun });
  return answerValue({ request, response }, 201, answer, virtual.schema);
}
