import { createHash } from 'node:crypto';
import type { RequestHandler } from '../extensions.ts';
import { encodeValue } from '../handlers/encode.ts';
import { aggregatedEncoding, type Encoding, plainEncoding } from '../http/negotiate.ts';
import { type Body, commonHeaders, endWith, type HttpResponse, send, writeHead } from '../http/response.ts';
import type { RequestContext } from '../request.ts';
import type { DiscoveredGroup } from './catalog.ts';
import { aggregated, apiGroup, apiGroupList, apiResourceList, apiVersions } from './documents.ts';

const AGGREGATED = 'g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const AGGREGATED_SCHEMA = 'io.k8s.api.apidiscovery.v2.APIGroupDiscoveryList';
const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** `/api`, `/apis` and what is directly below them. `groups` is asked for at every request: extensions come and go. */
export function discoveryHandler(groups: () => readonly DiscoveredGroup[], serverAddress: string): RequestHandler {
  return {
    paths: () => pathsOf(groups()),

    accepts: ({ info, method }) =>
      !info.isResourceRequest && method === 'GET' && documentFor(info.path, groups(), serverAddress) !== undefined,

    async handle(request, response) {
      const root = request.info.path.replace(/\/$/, '');
      const encoding = root === '/api' || root === '/apis' ? aggregatedEncoding(request.headers.accept) : undefined;
      if (encoding) {
        const wanted = groups().filter(({ name }) => (name === '') === (root === '/api'));
        return sendAggregated(request, response, aggregated(wanted), encoding);
      }
      const document = documentFor(request.info.path, groups(), serverAddress) as { kind: string };
      return send(request, response, 200, encodeDocument(document, plainEncoding(request.headers.accept)));
    },
  };
}

/** Their JSON at times leaves out the version, which protobuf has always. */
function encodeDocument(document: { kind: string }, encoding: Encoding): Body {
  if (encoding !== 'protobuf') return encodeValue(document, encoding);
  return encodeValue({ apiVersion: 'v1', ...document }, encoding, `${META}.${document.kind}`);
}

function pathsOf(groups: readonly DiscoveredGroup[]): string[] {
  const below = groups.flatMap(({ name, versions }) => {
    const at = name === '' ? '/api' : `/apis/${name}`;
    return [at, ...versions.map(({ version }) => `${at}/${version}`)];
  });
  return ['/api', '/apis', '/apis/', ...below];
}

function documentFor(path: string, groups: readonly DiscoveredGroup[], serverAddress: string): object | undefined {
  const [prefix, ...rest] = path.split('/').filter((part) => part !== '');
  if (prefix === 'api') {
    if (rest.length === 0) return apiVersions(serverAddress);
    return resourcesOf(groups, '', rest[0]);
  }
  if (prefix !== 'apis') return undefined;
  const [name, version] = rest;
  if (name === undefined) return apiGroupList(groups);
  const group = groups.find((candidate) => candidate.name === name && name !== '');
  if (!group) return undefined;
  if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(group) };
  return resourcesOf(groups, name, version);
}

function resourcesOf(groups: readonly DiscoveredGroup[], name: string, version: string | undefined): object | undefined {
  const found = groups.find((group) => group.name === name)?.versions.find((candidate) => candidate.version === version);
  return found && apiResourceList(name, found);
}

/** Clients cache this large document and ask with its ETag whether it is still good. */
async function sendAggregated(request: RequestContext, response: HttpResponse, document: object, encoding: Encoding): Promise<void> {
  const { type, bytes } = encodeValue(document, encoding, AGGREGATED_SCHEMA) as { type: string; bytes: Buffer };
  const etag = `"${createHash('sha512').update(bytes).digest('hex').toUpperCase()}"`;
  const headers = { etag, vary: 'Accept', 'cache-control': 'public' };
  if (request.headers['if-none-match'] === etag) {
    writeHead(response, 304, { ...commonHeaders(request), ...headers });
    return endWith(response);
  }
  return send(request, response, 200, { type: `${type};${AGGREGATED}`, bytes, value: () => document }, headers);
}
