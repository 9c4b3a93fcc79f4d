import type { ResourceDefinition } from '../../api/define.ts';
import { schemas } from '../../api/schemas.ts';
import type { RequestHandler, VirtualResource } from '../extensions.ts';
import { commonHeaders, endWith, type HttpResponse, send, writeHead } from '../http/response.ts';
import { type CustomOpenApi, customExtras } from '../openapi/custom.ts';
import { type Descriptions, loadDescriptions, noDescriptions } from '../openapi/descriptions.ts';
import { type OpenApiForm, openApiForm } from '../openapi/form.ts';
import type { OpenApiResource } from '../openapi/operations.ts';
import type { RemoteOpenApi } from '../openapi/remote.ts';
import { type OpenApiDocument, OpenApiService } from '../openapi/service.ts';
import type { RequestContext } from '../request.ts';

const V3_PREFIX = '/openapi/v3/';
const A_YEAR = 'public, immutable, max-age=31536000';

/** `/openapi/v2`, `/openapi/v3` and the documents below it. */
export function openApiHandler(
  definitions: readonly ResourceDefinition[],
  virtual: readonly VirtualResource[],
  descriptionsFile: string | undefined,
  custom: () => readonly CustomOpenApi[],
  remote: () => RemoteOpenApi,
): RequestHandler {
  let service: OpenApiService | undefined;
  // Made at the first request: an idle server does not pay for it.
  let descriptions: Descriptions = noDescriptions;
  let added: { custom: readonly CustomOpenApi[]; remote: RemoteOpenApi } | undefined;
  const opened = () => {
    if (!service) {
      descriptions = loadDescriptions(descriptionsFile);
      service = new OpenApiService({ resources: openApiResources(definitions, virtual), catalog: schemas, descriptions });
    }
    const wanted = { custom: custom(), remote: remote() };
    if (wanted.custom !== added?.custom || wanted.remote !== added.remote)
      service.setExtras({ ...customExtras(wanted.custom, schemas, descriptions), remote: wanted.remote });
    added = wanted;
    return service;
  };
  const documentFor = (path: string, form: OpenApiForm): OpenApiDocument | undefined => {
    if (isIndex(path)) return opened().v3Index();
    return path === '/openapi/v2' ? opened().v2(form) : opened().v3(path.slice(V3_PREFIX.length), form);
  };
  return {
    paths: () => ['/openapi/v2', '/openapi/v3', V3_PREFIX],
    accepts: ({ info, method }) => (method === 'GET' || method === 'HEAD') && /^\/openapi\/(v2$|v3$|v3\/)/.test(info.path),

    async handle(request, response) {
      const { path } = request.info;
      const form = isIndex(path) ? 'json' : openApiForm(request.headers.accept, path === '/openapi/v2' ? 2 : 3);
      if (!form) return nothing(request, response, 406);
      const document = documentFor(path, form);
      if (!document) return nothing(request, response, 404);
      const headers: Record<string, string> = { etag: document.etag, vary: 'Accept' };
      const hash = path.startsWith(V3_PREFIX) ? request.query.get('hash') : null;
      if (hash) {
        const present = document.etag.replaceAll('"', '');
        if (hash !== present) return redirect(request, response, `${path}?hash=${present}`);
        headers['cache-control'] = A_YEAR;
      }
      if (request.headers['if-none-match'] === document.etag) {
        writeHead(response, 304, { ...commonHeaders(request), ...headers });
        return endWith(response);
      }
      return send(request, response, 200, { type: document.contentType, bytes: document.bytes }, headers);
    },
  };
}

const isIndex = (path: string): boolean => path === '/openapi/v3' || path === V3_PREFIX;

function nothing(request: RequestContext, response: HttpResponse, code: number): Promise<void> {
  return send(request, response, code, { type: 'text/plain; charset=utf-8', bytes: Buffer.alloc(0) }, { vary: 'Accept' });
}

/** A document that has changed since is at another address. */
function redirect(request: RequestContext, response: HttpResponse, location: string): Promise<void> {
  const bytes = Buffer.from(`<a href="${location}">Moved Permanently</a>.\n\n`);
  return send(request, response, 301, { type: 'text/html; charset=utf-8', bytes }, { location, vary: 'Accept' });
}

function openApiResources(definitions: readonly ResourceDefinition[], virtual: readonly VirtualResource[]): OpenApiResource[] {
  const asked = virtual
    .filter(({ subresource }) => subresource === undefined)
    .map((resource): OpenApiResource => ({ ...resource, verbs: ['create'] }));
  return [...definitions, ...asked];
}
