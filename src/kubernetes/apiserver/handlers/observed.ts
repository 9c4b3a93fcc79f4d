import type { KubeObject } from '../../machinery/meta.ts';
import { ApiError } from '../../machinery/status.ts';
import type { ObservedResource } from '../extensions.ts';
import { negotiate } from '../http/negotiate.ts';
import { send } from '../http/response.ts';
import type { StoredObject } from '../store/stored-object.ts';
import { unstored } from '../writes/create.ts';
import { answerObject } from './answer.ts';
import type { Exchange, Handler } from './endpoint.ts';
import { listBody } from './list.ts';
import { parseListQuery } from './list-options.ts';

/** The verbs of kinds that are looked at and never stored. */
export function observedHandler(observed: ObservedResource, verb: string): Handler {
  return verb === 'list' ? (exchange) => listObserved(exchange, observed) : (exchange) => getObserved(exchange, observed);
}

async function listObserved(exchange: Exchange, observed: ObservedResource): Promise<void> {
  const { endpoint, request, response } = exchange;
  const representation = negotiate(request.headers.accept, {});
  const { match } = parseListQuery(endpoint.definition, request.query, false);
  const all = await Promise.all(observed.names().map((name) => observed.observe(name)));
  const items = all.filter((object) => match?.(object) ?? true).map((object) => shown(exchange, object));
  return send(request, response, 200, listBody(exchange, { items, metadata: {} }, representation));
}

async function getObserved(exchange: Exchange, observed: ObservedResource): Promise<void> {
  const { name } = exchange.request.info;
  if (!observed.names().includes(name)) throw new ApiError({ code: 500, message: `Component not found: ${name}` });
  return answerObject(exchange, 200, shown(exchange, await observed.observe(name)));
}

function shown({ endpoint: { definition } }: Exchange, object: KubeObject): StoredObject {
  return unstored(definition, { definition, namespace: '', name: object.metadata.name ?? '', subresource: '' }, object);
}
