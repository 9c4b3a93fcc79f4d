import { stringify } from 'yaml';
import type { KubeObject } from '../../machinery/meta.ts';
import { ApiError } from '../../machinery/status.ts';
import { CONTENT_TYPES, negotiate } from '../http/negotiate.ts';
import { type Body, send } from '../http/response.ts';
import type { StoredObject } from '../store/stored-object.ts';
import type { Exchange } from './endpoint.ts';
import { partialMetadata, tableOf } from './views.ts';

/** Answers with one object, as the kind of view the client asked for. */
export function answerObject(exchange: Exchange, code: number, stored: StoredObject): Promise<void> {
  return send(exchange.request, exchange.response, code, objectBody(exchange, stored));
}

function objectBody(exchange: Exchange, stored: StoredObject): Body {
  const { definition } = exchange.endpoint;
  const { encoding, as, asVersion = 'v1' } = negotiate(exchange.request.headers.accept);
  if (as === 'PartialObjectMetadataList') {
    throw notAcceptable(`you requested PartialObjectMetadataList, but the requested object is not a list (*${goType(definition)})`);
  }
  if (as === 'PartialObjectMetadata') return encoded(partialMetadata(stored.object, asVersion), encoding);
  if (as === 'Table') {
    const table = tableOf(definition, [stored], { resourceVersion: stored.object.metadata.resourceVersion }, exchange.request.query, exchange.endpoint.clock.now(), asVersion);
    return encoded(table, encoding);
  }
  if (encoding === 'json') return { type: CONTENT_TYPES.json, bytes: stored.bytes };
  return encoded(stored.object, encoding);
}

/** A value that is not kept as bytes. */
export function encoded(value: object, encoding: keyof typeof CONTENT_TYPES): Body {
  if (encoding === 'yaml') return { type: CONTENT_TYPES.yaml, bytes: Buffer.from(stringify(value, { sortMapEntries: true, version: '1.1', lineWidth: 0 })) };
  return { type: CONTENT_TYPES.json, bytes: Buffer.from(`${JSON.stringify(value)}\n`) };
}

/** Answers with a value that is no stored object: a Status, a Scale, a review. */
export function answerValue(exchange: Pick<Exchange, 'request' | 'response'>, code: number, value: object): Promise<void> {
  const { encoding } = negotiate(exchange.request.headers.accept);
  return send(exchange.request, exchange.response, code, encoded(value, encoding));
}

export function notAcceptable(message: string): ApiError {
  return new ApiError({ code: 406, reason: 'NotAcceptable', message });
}

/** How upstream's messages name a kind: the package of its group, then the kind. */
export function goType(definition: { group: string; kind: string }, suffix = ''): string {
  return `${definition.group === '' ? 'core' : definition.group.split('.')[0]}.${definition.kind}${suffix}`;
}

export type { KubeObject };
