import { createObject } from '../writes/create.ts';
import { answerObject } from './answer.ts';
import { decodeBody } from './decode.ts';
import type { Exchange } from './endpoint.ts';
import { targetOf } from './target.ts';
import { parseWriteQuery, writeContext } from './write-options.ts';

/** POST to a collection. */
export async function handleCreate(exchange: Exchange): Promise<void> {
  const { endpoint, request } = exchange;
  const options = parseWriteQuery(request.query, 'CreateOptions');
  const object = decodeBody(request, endpoint.definition, await exchange.readBody(), options.fieldValidation);
  endpoint.definition.defaults?.(object);
  request.audit?.requestObject(object);
  const stored = await createObject(endpoint.registry, targetOf(exchange), object, writeContext(request, options));
  return answerObject(exchange, 201, stored);
}
