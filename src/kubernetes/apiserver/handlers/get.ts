import { notFound } from '../../machinery/status.ts';
import { answerObject } from './answer.ts';
import type { Exchange } from './endpoint.ts';
import { awaitVersion } from './list.ts';

/** GET of one object. */
export async function handleGet(exchange: Exchange): Promise<void> {
  const { endpoint, request } = exchange;
  await awaitAsked(exchange);
  const stored = await endpoint.cache.get(request.info.namespace, request.info.name);
  if (!stored) throw notFound(endpoint.definition, request.info.name);
  return answerObject(exchange, 200, stored);
}

/** Until this server knows what the request asks for: some version, or all that was written before. */
export async function awaitAsked(exchange: Exchange): Promise<void> {
  const wanted = exchange.request.query.get('resourceVersion');
  if (wanted) await awaitVersion(exchange, wanted);
  else await exchange.endpoint.registry.cache.catchUp();
}
