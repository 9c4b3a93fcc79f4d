import { ApiError, type Status } from '../../machinery/status.ts';
import { negotiate } from '../http/negotiate.ts';
import { type Body, send } from '../http/response.ts';
import type { StoredObject } from '../store/stored-object.ts';
import { encodeStored, encodeValue, SCHEMAS } from './encode.ts';
import type { Exchange } from './endpoint.ts';
import { partialMetadata, tableOf } from './views.ts';

/** Answers with one object, as the kind of view the client asked for. */
export function answerObject(exchange: Exchange, code: number, stored: StoredObject): Promise<void> {
  return send(exchange.request, exchange.response, code, objectBody(exchange, stored));
}

function objectBody({ endpoint, request }: Exchange, stored: StoredObject): Body {
  const { definition, clock } = endpoint;
  const { encoding, as, asVersion = 'v1' } = negotiate(request.headers.accept, { custom: definition.custom !== undefined });
  switch (as) {
    case undefined:
      return encodeStored(definition, stored, encoding);
    case 'PartialObjectMetadata':
      return encodeValue(partialMetadata(stored.object, asVersion), encoding, SCHEMAS.partialMetadata);
    case 'Table': {
      const { resourceVersion } = stored.object.metadata;
      return encodeValue(tableOf(definition, [stored], { resourceVersion }, request.query, clock.now(), asVersion), encoding);
    }
    default:
      throw notAcceptable(`you requested ${as}, but the requested object is not a list (*${goType(definition)})`);
  }
}

/** Answers with a value that is no stored object: a Status, a Scale, a review. */
export function answerValue(exchange: Pick<Exchange, 'request' | 'response'>, code: number, value: object, schema: string): Promise<void> {
  const { encoding } = negotiate(exchange.request.headers.accept);
  if ((value as Partial<Status>).kind === 'Status') exchange.request.audit?.status({ ...(value as Partial<Status>), code });
  return send(exchange.request, exchange.response, code, encodeValue(value, encoding, schema));
}

export function notAcceptable(message: string): ApiError {
  return new ApiError({ code: 406, reason: 'NotAcceptable', message });
}

/** How upstream's messages name a kind: the package of its group, then the kind. */
export function goType(definition: { group: string; kind: string; custom?: object }, suffix = ''): string {
  if (definition.custom) return `unstructured.Unstructured${suffix}`;
  return `${definition.group === '' ? 'core' : definition.group.split('.')[0]}.${definition.kind}${suffix}`;
}
