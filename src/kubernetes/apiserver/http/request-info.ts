import type { RequestInfo } from '../request.ts';

const VERB_OF_METHOD: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** `/namespaces/x/status` is about the namespace; `/namespaces/x/pods` about pods. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

/** What a method and path ask for. Paths that name no resource (`/healthz`, `/apis/apps/v1`) come back as such. */
export function parseRequestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const parts = path.split('/').filter((part) => part !== '');
  const prefix = parts[0];
  const grouped = prefix === 'apis';
  if ((prefix !== 'api' && !grouped) || parts.length < (grouped ? 4 : 3)) return nonResource(method, path);

  const info: RequestInfo = {
    isResourceRequest: true,
    path,
    verb: VERB_OF_METHOD[method] ?? '',
    apiPrefix: prefix,
    group: grouped ? decode(parts[1]) : '',
    version: decode(parts[grouped ? 2 : 1]),
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    parts: [],
  };
  let rest = parts.slice(grouped ? 3 : 2).map(decode);
  if ((rest[0] === 'watch' || rest[0] === 'proxy') && rest.length > 1) {
    info.verb = rest[0];
    if (rest[0] === 'watch') info.oldWatch = true;
    rest = rest.slice(1);
  }
  if (rest[0] === 'namespaces' && rest.length > 1) {
    info.namespace = rest[1] as string;
    if (rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2] as string)) rest = rest.slice(2);
  }
  info.resource = rest[0] ?? '';
  info.name = rest[1] ?? '';
  info.subresource = rest[2] ?? '';
  info.parts = rest.slice(3);
  refineCollectionVerb(info, query);
  return info;
}

function refineCollectionVerb(info: RequestInfo, query: URLSearchParams): void {
  if (info.name !== '') return;
  if (info.verb === 'delete') info.verb = 'deletecollection';
  if (info.verb !== 'get') return;
  info.verb = isTrue(query.get('watch')) ? 'watch' : 'list';
  // A list of exactly one name is authorized as that name.
  const exact = /(?:^|,)metadata\.name==?([^,!=]+)(?:,|$)/.exec(query.get('fieldSelector') ?? '');
  if (exact) info.name = exact[1] as string;
}

function nonResource(method: string, path: string): RequestInfo {
  return {
    isResourceRequest: false,
    path,
    verb: method.toLowerCase(),
    group: '',
    version: '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    parts: [],
  };
}

/** Query booleans as the API reads them: present and neither `false` nor `0`. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== 'false' && value !== '0';
}

function decode(part: string | undefined): string {
  if (part === undefined || !part.includes('%')) return part ?? '';
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
