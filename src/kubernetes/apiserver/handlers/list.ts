import type { ListMeta } from '../../machinery/meta.ts';
import { ApiError, badRequest, resourceExpired } from '../../machinery/status.ts';
import { CompactedError } from '../../storage/storage.ts';
import { negotiate, type Representation } from '../http/negotiate.ts';
import { type Body, send } from '../http/response.ts';
import { type StoredObject, storedObject } from '../store/stored-object.ts';
import { goType, notAcceptable } from './answer.ts';
import { decodeContinue, encodeContinue, type Position } from './continue-token.ts';
import { encodeList, encodeValue, SCHEMAS } from './encode.ts';
import type { Endpoint, Exchange } from './endpoint.ts';
import { type ListQuery, type Matcher, parseListQuery } from './list-options.ts';
import { partialMetadata, tableOf } from './views.ts';

/** How long a read waits for a version that the cache has not seen yet. */
const VERSION_PATIENCE_MS = 3000;
/** Objects fetched at once when a page is read from storage. */
const STORAGE_PAGE = 500;
const PAGE_EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue ' +
  'parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token ' +
  'results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and ' +
  'now may show up in the list.';

interface Page {
  readonly items: readonly StoredObject[];
  readonly metadata: ListMeta;
}

/** GET of a collection. */
export async function handleList(exchange: Exchange): Promise<void> {
  const { endpoint, request, response } = exchange;
  const representation = negotiate(request.headers.accept, { streams: true, custom: endpoint.definition.custom !== undefined });
  if (representation.as === 'PartialObjectMetadata') {
    throw notAcceptable(
      `you requested PartialObjectMetadata, but the requested object is a list (*${goType(endpoint.definition, 'List')})`,
    );
  }
  const query = parseListQuery(endpoint.definition, request.query, false);
  const page = await pageOf(exchange, query);
  const body = listBody(exchange, page, representation);
  return send(request, response, 200, body);
}

/** The items as the client asked to see them. */
export function listBody(
  { endpoint, request }: Exchange,
  { items, metadata }: Page,
  { encoding, as, asVersion = 'v1' }: Representation,
): Body {
  const { definition } = endpoint;
  if (as === 'Table') return encodeValue(tableOf(definition, items, metadata, request.query, endpoint.clock.now(), asVersion), encoding);
  if (as === undefined) return encodeList(definition, items, metadata, encoding);
  const partial = items.map(({ object }) => partialMetadata(object, asVersion));
  return encodeValue({ kind: as, apiVersion: `meta.k8s.io/${asVersion}`, metadata, items: partial }, encoding, SCHEMAS.partialMetadataList);
}

/** The objects a list shows, wherever they have to be read from. */
export async function pageOf(exchange: Exchange, query: ListQuery): Promise<Page> {
  const { endpoint, request } = exchange;
  if (query.continue !== '') {
    const position = decodeContinue(query.continue);
    if (query.resourceVersion !== '' && query.resourceVersion !== '0') {
      throw badRequest('specifying resource version is not allowed when using continue');
    }
    return storagePage(endpoint, request.info.namespace, query, position);
  }
  if (query.resourceVersionMatch === 'Exact') {
    await awaitVersion(exchange, query.resourceVersion);
    return storagePage(endpoint, request.info.namespace, query, { revision: Number(query.resourceVersion), after: '' });
  }
  if (query.resourceVersion === '') {
    await endpoint.registry.cache.catchUp();
    endpoint.cache.meter.consistentReads++;
  } else await awaitVersion(exchange, query.resourceVersion);
  return cachePage(endpoint, request.info.namespace, query);
}

async function cachePage(endpoint: Endpoint, namespace: string, { match, limit, resourceVersion }: ListQuery): Promise<Page> {
  const { revision } = endpoint.registry.cache;
  const all = await endpoint.cache.list(namespace);
  // A list of "any version" is answered whole, as from upstream's cache.
  const bound = resourceVersion === '0' ? 0 : limit;
  if (bound === 0 || all.length <= bound) {
    const items = match ? all.filter(({ object }) => match(object)) : all;
    endpoint.cache.meter.listed(all.length, items.length);
    return { items, metadata: { resourceVersion: String(revision) } };
  }
  return cut(endpoint, all, match, bound, revision);
}

/** The first `limit` matches, and how to go on after them. */
function cut(endpoint: Endpoint, all: readonly StoredObject[], match: Matcher | undefined, limit: number, revision: number): Page {
  const items: StoredObject[] = [];
  let at = 0;
  for (; at < all.length && items.length < limit; at++) {
    const stored = all[at] as StoredObject;
    if (!match || match(stored.object)) items.push(stored);
  }
  endpoint.cache.meter.listed(at, items.length);
  if (at === all.length) return { items, metadata: { resourceVersion: String(revision) } };
  const after = (all[at - 1] as StoredObject).key.slice(endpoint.cache.prefix.length);
  return { items, metadata: moreFollow(revision, after, match ? undefined : all.length - at) };
}

/** Older states live in storage alone. */
async function storagePage(endpoint: Endpoint, namespace: string, query: ListQuery, position: Position): Promise<Page> {
  const seen = { fetched: 0, evaluated: 0 };
  const page = await readPage(endpoint, namespace, query, position, seen);
  endpoint.cache.meter.listedStored(seen.fetched, seen.evaluated, page.items.length);
  return page;
}

async function readPage(
  endpoint: Endpoint,
  namespace: string,
  { match, limit }: ListQuery,
  { revision, after }: Position,
  seen: { fetched: number; evaluated: number },
): Promise<Page> {
  const { prefix } = endpoint.cache;
  const items: StoredObject[] = [];
  const within = namespace ? `${prefix}${namespace}/` : prefix;
  let from = after === '' ? '' : prefix + after;
  let shownRevision = revision;
  for (;;) {
    const wanted = match ? STORAGE_PAGE : limit === 0 ? 0 : limit - items.length;
    const page = await endpoint.storage
      .list({ prefix: within, after: from, limit: wanted, ...(shownRevision !== undefined && { revision: shownRevision }) })
      .catch((error) => expired(error, from.slice(prefix.length)));
    shownRevision ??= page.revision;
    seen.fetched += page.items.length;
    const shown = await Promise.all(
      page.items.map(({ key, value, modRevision }) => endpoint.cache.show(storedObject(key, value, modRevision))),
    );
    for (const [i, stored] of shown.entries()) {
      seen.evaluated++;
      if (match && !match(stored.object)) continue;
      items.push(stored);
      const left = page.items.length - i - 1 + page.remaining;
      if (limit > 0 && items.length === limit && left > 0) {
        return { items, metadata: moreFollow(page.revision, stored.key.slice(prefix.length), match ? undefined : left) };
      }
    }
    const last = page.items.at(-1);
    if (!last || page.remaining === 0) return { items, metadata: { resourceVersion: String(page.revision) } };
    from = last.key;
  }
}

function moreFollow(revision: number, after: string, remaining: number | undefined): ListMeta {
  const metadata: ListMeta = { resourceVersion: String(revision), continue: encodeContinue({ revision, after }) };
  if (remaining !== undefined) metadata.remainingItemCount = remaining;
  return metadata;
}

/** Storage has forgotten the version asked for, or the one that the pages so far were of: then the rest is to be had as it is now. */
function expired(error: unknown, after: string): never {
  if (!(error instanceof CompactedError)) throw error;
  if (after === '') throw resourceExpired('The resourceVersion for the provided list is too old.');
  throw new ApiError({
    code: 410,
    reason: 'Expired',
    message: PAGE_EXPIRED,
    metadata: { continue: encodeContinue({ revision: undefined, after }) },
  });
}

/** Waits until the cache shows the version a read insists on; 504 when it does not come. */
export async function awaitVersion({ endpoint }: Pick<Exchange, 'endpoint'>, version: string): Promise<void> {
  const revision = parseVersion(version);
  if (await endpoint.registry.cache.reached(revision, VERSION_PATIENCE_MS)) return;
  throw tooLarge(revision, endpoint.registry.cache.revision);
}

/** A resource version of a read; 400 for what is no number. */
function parseVersion(version: string): number {
  if (/^\d+$/.test(version)) return Number(version);
  const why = `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`;
  throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(version)}: ${why}`);
}

function tooLarge(revision: number, current: number): ApiError {
  return new ApiError({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${revision}, current: ${current}`,
    details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 },
  });
}
