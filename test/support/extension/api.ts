import { type Answer, type Asked, failure, ok } from './answers.ts';
import type { Delegation } from './delegation.ts';
import { Flunders } from './flunders.ts';

const VERSION = 'v1alpha1';
const RESOURCE = /^(?:namespaces\/([^/]+)\/)?flunders(?:\/([^/]+))?$/;
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const BY_METHOD: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

/** An aggregated API: flunders of a group, with discovery and OpenAPI. */
export class FlunderApi {
  readonly #group: string;
  readonly #delegation: Delegation;
  readonly #flunders: Flunders;

  constructor(group: string, delegation: Delegation) {
    this.#group = group;
    this.#delegation = delegation;
    this.#flunders = new Flunders(group, VERSION);
  }

  async answer(asked: Asked): Promise<Answer> {
    const { pathname, searchParams: query } = asked.url;
    const prefix = `/apis/${this.#group}/${VERSION}/`;
    const match = pathname.startsWith(prefix) && RESOURCE.exec(pathname.slice(prefix.length));
    if (!match) return (await this.#refusal(asked)) ?? this.#document(pathname);
    const [, namespace = '', name = ''] = match;
    const verb = verbOf(asked, name);
    const resourceAttributes = { verb, namespace, name, group: this.#group, version: VERSION, resource: 'flunders' };
    const refused = await this.#delegation.refusal(asked, { resourceAttributes });
    const asTable = /;as=Table/.test(asked.headers.accept ?? '');
    return refused ?? this.#flunders.answer({ namespace, name, verb, query, asTable, body: asked.body });
  }

  #refusal(asked: Asked): Promise<Answer | undefined> {
    return this.#delegation.refusal(asked, { nonResourceAttributes: { path: asked.url.pathname, verb: asked.method.toLowerCase() } });
  }

  #document(path: string): Answer {
    const groupVersion = `${this.#group}/${VERSION}`;
    const version = { groupVersion, version: VERSION };
    const group = { name: this.#group, versions: [version], preferredVersion: version };
    const resources = [{ name: 'flunders', singularName: 'flunder', namespaced: true, kind: 'Flunder', shortNames: ['fl'], verbs: VERBS }];
    const documents: Record<string, object> = {
      '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [group] },
      [`/apis/${this.#group}`]: { kind: 'APIGroup', apiVersion: 'v1', ...group },
      [`/apis/${groupVersion}`]: { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources },
      '/openapi/v3': { paths: { [`apis/${groupVersion}`]: { serverRelativeURL: `/openapi/v3/apis/${groupVersion}?hash=1` } } },
      [`/openapi/v3/apis/${groupVersion}`]: { ...this.#openApi('3.0.0'), components: { schemas: this.#schemas() } },
      '/openapi/v2': { ...this.#openApi('2.0'), definitions: this.#schemas() },
    };
    const document = documents[path];
    return document ? ok(document) : failure(404, 'NotFound', 'the server could not find the requested resource');
  }

  #openApi(version: string): object {
    const info = { title: 'Flunders', version: VERSION };
    const kind = { group: this.#group, version: VERSION, kind: 'Flunder' };
    const list = { 'x-kubernetes-action': 'list', 'x-kubernetes-group-version-kind': kind, responses: { 200: { description: 'OK' } } };
    const paths = { [`/apis/${this.#group}/${VERSION}/namespaces/{namespace}/flunders`]: { get: list } };
    return { ...(version === '2.0' ? { swagger: version } : { openapi: version }), info, paths };
  }

  #schemas(): object {
    const string = { type: 'string' };
    const name = [...this.#group.split('.').reverse(), VERSION, 'Flunder'].join('.');
    return {
      [name]: {
        type: 'object',
        description: 'A flunder of an aggregated API.',
        properties: {
          apiVersion: string,
          kind: string,
          metadata: { type: 'object' },
          spec: { type: 'object', properties: { reference: { ...string, description: 'Who this flunder is about.' } } },
        },
        'x-kubernetes-group-version-kind': [{ group: this.#group, version: VERSION, kind: 'Flunder' }],
      },
    };
  }
}

function verbOf({ method, url }: Asked, name: string): string {
  if (method === 'DELETE') return name ? 'delete' : 'deletecollection';
  if (method !== 'GET') return BY_METHOD[method] ?? method.toLowerCase();
  if (name) return 'get';
  return ['1', 'true'].includes(url.searchParams.get('watch') ?? '') ? 'watch' : 'list';
}
