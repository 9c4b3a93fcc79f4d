import type { ResourceDefinition } from '../../api/define.ts';
import { schemas } from '../../api/schemas.ts';
import type { RequestHandler, VirtualResource } from '../extensions.ts';
import { commonHeaders, endWith, send, writeHead } from '../http/response.ts';
import { type CustomOpenApi, customExtras } from '../openapi/custom.ts';
import { type Descriptions, loadDescriptions, noDescriptions } from '../openapi/descriptions.ts';
import type { OpenApiResource } from '../openapi/operations.ts';
import { type OpenApiDocument, OpenApiService } from '../openapi/service.ts';
import type { DiscoveredGroup } from './catalog.ts';

const V3_PREFIX = '/openapi/v3/';
const A_YEAR = 'public, immutable, max-age=31536000';

/** `/openapi/v2`, `/openapi/v3` and the documents below it. */
export function openApiHandler(
  definitions: readonly ResourceDefinition[],
  virtual: readonly VirtualResource[],
  descriptionsFile: string | undefined,
  remoteGroups: () => readonly DiscoveredGroup[],
  custom: () => readonly CustomOpenApi[],
): RequestHandler {
  let service: OpenApiService | undefined;
  // Made at the first request: an idle server does not pay for it.
  let descriptions: Descriptions = noDescriptions;
  let added: readonly CustomOpenApi[] = [];
  const opened = () => {
    if (!service) {
      descriptions = loadDescriptions(descriptionsFile);
      service = new OpenApiService({ resources: openApiResources(definitions, virtual), catalog: schemas, descriptions });
    }
    const wanted = custom();
    if (wanted !== added) service.setExtras(customExtras(wanted, schemas, descriptions));
    added = wanted;
    return service;
  };
  const documentFor = (path: string, accept: string | undefined): OpenApiDocument | undefined => {
    if (path === '/openapi/v2') return opened().v2(accept);
    if (path === '/openapi/v3' || path === V3_PREFIX) return opened().v3Index(remoteKeys(remoteGroups()));
    return path.startsWith(V3_PREFIX) ? opened().v3(path.slice(V3_PREFIX.length)) : undefined;
  };
  return {
    paths: () => ['/openapi/v2', '/openapi/v3', V3_PREFIX],
    accepts: ({ info, method }) => (method === 'GET' || method === 'HEAD') && info.path.startsWith('/openapi/v'),

    async handle(request, response) {
      const document = documentFor(request.info.path, request.headers.accept);
      if (!document) return send(request, response, 404, { type: 'text/plain; charset=utf-8', bytes: Buffer.alloc(0) });
      const headers: Record<string, string> = { etag: document.etag, vary: 'Accept' };
      if (request.query.has('hash')) headers['cache-control'] = A_YEAR;
      if (request.headers['if-none-match'] === document.etag) {
        writeHead(response, 304, { ...commonHeaders(request), ...headers });
        return endWith(response);
      }
      return send(request, response, 200, { type: document.contentType, bytes: document.bytes }, headers);
    },
  };
}

function openApiResources(definitions: readonly ResourceDefinition[], virtual: readonly VirtualResource[]): OpenApiResource[] {
  const asked = virtual
    .filter(({ subresource }) => subresource === undefined)
    .map((resource): OpenApiResource => ({ ...resource, verbs: ['create'] }));
  return [...definitions, ...asked];
}

function remoteKeys(groups: readonly DiscoveredGroup[]): string[] {
  return groups.flatMap(({ name, versions }) => versions.filter(({ stale }) => !stale).map(({ version }) => `apis/${name}/${version}`));
}
