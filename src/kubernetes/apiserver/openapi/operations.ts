import type { GroupVersionKind } from '../../machinery/schema/catalog.ts';
import {
  CONNECT,
  DELETE,
  DELETE_COLLECTION,
  LIST,
  LOG,
  NAMESPACE,
  nameOf,
  PATCH,
  type Parameter,
  PRETTY,
  PROXY_PATH,
  WRITE,
} from './parameters.ts';

export type Method = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch';

/** One method of one path, as both versions of OpenAPI can be written from it. */
export interface Operation {
  readonly path: string;
  readonly method: Method;
  readonly id: string;
  readonly description: string;
  readonly tag: string;
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** Sorted by name. */
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly definition: string; readonly required: boolean };
  /** Status code to description and definition; `string` is plain text. */
  readonly responses: readonly (readonly [code: string, description: string, definition: string])[];
  readonly action?: string;
  readonly gvk?: GroupVersionKind;
}

/** The part of a `ResourceDefinition` that its paths follow from. */
export interface OpenApiResource extends GroupVersionKind {
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly subresources?: readonly string[];
  readonly schema: string;
  /** Definition name of the list, of custom resources only: they have no protobuf form and no strategic patches. */
  readonly customList?: string;
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const STATUS = `${META}.Status`;
const PLAIN = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const WATCHED = [...PLAIN, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];
const TEXTS = ['application/json', 'application/yaml'];
const PATCHES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];
const ANY = ['*/*'];
const METHODS: readonly Method[] = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

/** Subresources of other kinds than their parent's. */
const KINDS: Readonly<Record<string, GroupVersionKind & { schema: string }>> = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale', schema: 'io.k8s.api.autoscaling.v1.Scale' },
  binding: { group: '', version: 'v1', kind: 'Binding', schema: 'io.k8s.api.core.v1.Binding' },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction', schema: 'io.k8s.api.policy.v1.Eviction' },
  token: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', schema: 'io.k8s.api.authentication.v1.TokenRequest' },
};

/** Kinds whose deletion answers with the object; others answer with a Status. */
const RETURNS_DELETED = new Set([
  ...['Pod', 'PersistentVolume', 'PersistentVolumeClaim', 'PodTemplate', 'ResourceQuota', 'Service', 'ServiceAccount'],
  ...['CSIDriver', 'CSINode', 'StorageClass', 'VolumeAttachment', 'VolumeAttributesClass'],
  ...['DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate', 'ResourceSlice'],
]);

const CONNECTIONS: Readonly<Record<string, readonly Method[]>> = {
  attach: ['get', 'post'],
  exec: ['get', 'post'],
  portforward: ['get', 'post'],
  proxy: METHODS,
};

/** `rbac.authorization.k8s.io/v1` as operation ids start, `RbacAuthorizationV1`. */
function groupName(group: string): string {
  return (group || 'core')
    .replace(/\.k8s\.io$/, '')
    .split('.')
    .map(capital)
    .join('');
}

/** And as tags are, `rbacAuthorization_v1`. */
function tagOf(group: string, version?: string): string {
  const name = groupName(group);
  const tag = name.charAt(0).toLowerCase() + name.slice(1);
  return version ? `${tag}_${version}` : tag;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Every operation of a resource and its subresources. */
export function operationsOf(resource: OpenApiResource): Operation[] {
  return new ResourceOperations(resource).all();
}

class ResourceOperations {
  readonly #resource: OpenApiResource;
  readonly #prefix: string;
  readonly #scope: string;
  readonly #root: string;
  readonly #collection: string;

  constructor(resource: OpenApiResource) {
    const { group, version, plural, namespaced } = resource;
    this.#resource = resource;
    this.#prefix = `${groupName(group)}${capital(version)}`;
    this.#scope = namespaced ? 'Namespaced' : '';
    this.#root = group ? `/apis/${group}/${version}` : `/api/${version}`;
    this.#collection = `${namespaced ? '/namespaces/{namespace}' : ''}/${plural}`;
  }

  all(): Operation[] {
    const { verbs, subresources = [] } = this.#resource;
    return [...verbs.flatMap((verb) => this.#verb(verb)), ...subresources.flatMap((name) => this.#subresource(name))];
  }

  #verb(verb: string): Operation[] {
    switch (verb) {
      case 'list':
        return this.#list();
      case 'watch':
        return this.#watch();
      case 'create':
        return [this.#create()];
      case 'deletecollection':
        return [this.#deleteCollection()];
      default:
        return this.#one(verb);
    }
  }

  #list(): Operation[] {
    const { kind, namespaced, plural, schema, verbs, customList } = this.#resource;
    const common = {
      method: 'get' as const,
      action: 'list',
      description: `${verbs.includes('watch') ? 'list or watch' : 'list'} objects of kind ${kind}`,
      produces: customList ? TEXTS : WATCHED,
      responses: [ok(customList ?? `${schema}List`)],
    };
    const own = this.#operation({
      ...common,
      path: this.#collection,
      id: `list${this.#prefix}${this.#scope}${kind}`,
      parameters: [...LIST, ...this.#in()],
    });
    if (!namespaced) return [own];
    return [
      own,
      this.#operation({ ...common, path: `/${plural}`, id: `list${this.#prefix}${kind}ForAllNamespaces`, parameters: [...LIST, PRETTY] }),
    ];
  }

  #watch(): Operation[] {
    const { kind, namespaced, plural } = this.#resource;
    const common = { method: 'get' as const, produces: WATCHED, responses: [ok(`${META}.WatchEvent`)] };
    const many = {
      ...common,
      action: 'watchlist',
      description: `watch individual changes to a list of ${kind}. deprecated: use the 'watch' parameter with a list operation instead.`,
    };
    const id = `watch${this.#prefix}`;
    const operations = [
      this.#operation({
        ...many,
        path: `/watch${this.#collection}`,
        id: `${id}${this.#scope}${kind}List`,
        parameters: [...LIST, ...this.#in()],
      }),
      this.#operation({
        ...common,
        action: 'watch',
        description: `watch changes to an object of kind ${kind}. deprecated: use the 'watch' parameter with a list operation instead, filtered to a single item with the 'fieldSelector' parameter.`,
        path: `/watch${this.#collection}/{name}`,
        id: `${id}${this.#scope}${kind}`,
        parameters: [...LIST, ...this.#in(), nameOf(kind)],
      }),
    ];
    if (!namespaced) return operations;
    return [
      ...operations,
      this.#operation({ ...many, path: `/watch/${plural}`, id: `${id}${kind}ListForAllNamespaces`, parameters: [...LIST, PRETTY] }),
    ];
  }

  #create(): Operation {
    const { kind, schema } = this.#resource;
    return this.#operation({
      method: 'post',
      action: 'post',
      path: this.#collection,
      id: `create${this.#prefix}${this.#scope}${kind}`,
      description: `create ${withArticle(kind)}`,
      parameters: [...WRITE, ...this.#in()],
      body: { definition: schema, required: true },
      responses: [ok(schema), created(schema), accepted(schema)],
    });
  }

  #deleteCollection(): Operation {
    const { kind } = this.#resource;
    return this.#operation({
      method: 'delete',
      action: 'deletecollection',
      path: this.#collection,
      id: `delete${this.#prefix}Collection${this.#scope}${kind}`,
      description: `delete collection of ${kind}`,
      parameters: [...DELETE_COLLECTION, ...this.#in()],
      body: { definition: `${META}.DeleteOptions`, required: false },
      responses: [ok(STATUS)],
    });
  }

  #one(verb: string): Operation[] {
    const { kind, schema } = this.#resource;
    const path = `${this.#collection}/{name}`;
    const at = { path, suffix: '', what: `the specified ${kind}`, kind, schema };
    if (verb !== 'delete') return this.#change(verb, at);
    const answer = RETURNS_DELETED.has(kind) ? schema : STATUS;
    return [
      this.#operation({
        method: 'delete',
        action: 'delete',
        path,
        id: `delete${this.#prefix}${this.#scope}${kind}`,
        description: `delete ${withArticle(kind)}`,
        parameters: [...DELETE, ...this.#in(), nameOf(kind)],
        body: { definition: `${META}.DeleteOptions`, required: false },
        responses: [ok(answer), accepted(answer)],
      }),
    ];
  }

  /** get, update and patch of an object or a subresource. */
  #change(
    verb: string,
    at: { path: string; suffix: string; what: string; kind: string; schema: string; gvk?: GroupVersionKind },
  ): Operation[] {
    const { path, suffix, what, kind, schema, gvk } = at;
    const id = `${this.#prefix}${this.#scope}${this.#resource.kind}${suffix}`;
    const common = { path, gvk };
    const where = [...this.#in(), nameOf(kind)];
    const body = { definition: schema, required: true };
    const responses = [ok(schema), created(schema)];
    switch (verb) {
      case 'get':
        return [
          this.#operation({
            ...common,
            method: 'get',
            action: 'get',
            id: `read${id}`,
            description: `read ${what}`,
            parameters: where,
            responses: [ok(schema)],
          }),
        ];
      case 'update':
        return [
          this.#operation({
            ...common,
            method: 'put',
            action: 'put',
            id: `replace${id}`,
            description: `replace ${what}`,
            parameters: [...WRITE, ...where],
            body,
            responses,
          }),
        ];
      case 'patch': {
        const patch = { definition: `${META}.Patch`, required: true };
        return [
          this.#operation({
            ...common,
            method: 'patch',
            action: 'patch',
            id: `patch${id}`,
            description: `partially update ${what}`,
            consumes: this.#resource.customList ? PATCHES.filter((type) => !type.includes('strategic')) : PATCHES,
            parameters: [...PATCH, ...where],
            body: patch,
            responses,
          }),
        ];
      }
      default:
        return [];
    }
  }

  #subresource(name: string): Operation[] {
    if (name === 'log') return [this.#log()];
    const methods = CONNECTIONS[name];
    if (methods) return this.#connections(name, methods);
    const { kind, schema } = this.#resource;
    const other = KINDS[name];
    const path = `${this.#collection}/{name}/${name}`;
    if (other && name !== 'scale') return [this.#createSubresource(name, path, other)];
    const at = {
      path,
      suffix: capital(name),
      what: `${name} of the specified ${kind}`,
      kind: other?.kind ?? kind,
      schema: other?.schema ?? schema,
      ...(other && { gvk: gvkOf(other) }),
    };
    const verbs = name === 'finalize' ? ['update'] : ['get', 'update', 'patch'];
    return verbs.flatMap((verb) => this.#change(verb, at));
  }

  #createSubresource(name: string, path: string, other: GroupVersionKind & { schema: string }): Operation {
    const { kind } = this.#resource;
    return this.#operation({
      method: 'post',
      action: 'post',
      gvk: gvkOf(other),
      path,
      id: `create${this.#prefix}${this.#scope}${kind}${capital(name)}`,
      description: `create ${name} of ${withArticle(kind)}`,
      parameters: [...WRITE, ...this.#in(), nameOf(other.kind)],
      body: { definition: other.schema, required: true },
      responses: [ok(other.schema), created(other.schema), accepted(other.schema)],
    });
  }

  #log(): Operation {
    const { kind } = this.#resource;
    return this.#operation({
      method: 'get',
      action: 'get',
      path: `${this.#collection}/{name}/log`,
      id: `read${this.#prefix}${this.#scope}${kind}Log`,
      description: `read log of the specified ${kind}`,
      produces: ['text/plain', ...PLAIN],
      parameters: [...LOG, NAMESPACE, nameOf(kind)],
      responses: [ok('string')],
    });
  }

  #connections(name: string, methods: readonly Method[]): Operation[] {
    const { kind, namespaced } = this.#resource;
    const options = `${kind}${name === 'portforward' ? 'PortForward' : capital(name)}Options`;
    const parameters = [...(CONNECT[options] ?? []), ...(namespaced ? [NAMESPACE] : []), nameOf(options)];
    const gvk = { group: '', version: 'v1', kind: options };
    return methods.flatMap((method) => {
      const id = `connect${this.#prefix}${capital(method)}${this.#scope}${kind}${capital(name)}`;
      const common = {
        method,
        action: 'connect',
        gvk,
        produces: ANY,
        description: `connect ${method.toUpperCase()} requests to ${name} of ${kind}`,
        responses: [ok('string')],
      };
      const path = `${this.#collection}/{name}/${name}`;
      const plain = this.#operation({ ...common, path, id, parameters });
      if (name !== 'proxy') return [plain];
      return [plain, this.#operation({ ...common, path: `${path}/{path}`, id: `${id}WithPath`, parameters: [...parameters, PROXY_PATH] })];
    });
  }

  /** Parameters that go with the resource's place. */
  #in(): Parameter[] {
    return this.#resource.namespaced ? [NAMESPACE, PRETTY] : [PRETTY];
  }

  #operation(
    given: Pick<Operation, 'path' | 'method' | 'id' | 'description' | 'parameters' | 'responses' | 'action' | 'body'> & {
      consumes?: readonly string[];
      produces?: readonly string[];
      gvk?: GroupVersionKind | undefined;
    },
  ): Operation {
    const { group, version, customList } = this.#resource;
    return {
      ...given,
      path: this.#root + given.path,
      tag: tagOf(group, version),
      consumes: given.consumes ?? (customList ? TEXTS : ANY),
      produces: given.produces ?? (customList ? TEXTS : PLAIN),
      parameters: [...given.parameters].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.in < b.in ? -1 : 1)),
      gvk: given.gvk ?? gvkOf(this.#resource),
    };
  }
}

const ok = (definition: string) => ['200', 'OK', definition] as const;
const created = (definition: string) => ['201', 'Created', definition] as const;
const accepted = (definition: string) => ['202', 'Accepted', definition] as const;

function gvkOf({ group, kind, version }: GroupVersionKind): GroupVersionKind {
  return { group, kind, version };
}

/** Plurals have none. */
function withArticle(kind: string): string {
  if (/[^s]s$/.test(kind)) return kind;
  return `${/^[AEIOU]/i.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** Documents about the API itself. */
export function metaOperations(groupVersions: readonly { group: string; version: string }[]): Operation[] {
  const meta = (path: string, id: string, tag: string, description: string, definition: string): Operation => ({
    path,
    method: 'get',
    id,
    tag,
    description,
    consumes: PLAIN,
    produces: PLAIN,
    parameters: [],
    responses: [ok(definition)],
  });
  const groups = [...new Set(groupVersions.map(({ group }) => group))].filter((group) => group !== '');
  return [
    meta('/api/', 'getCoreAPIVersions', 'core', 'get available API versions', `${META}.APIVersions`),
    meta('/apis/', 'getAPIVersions', 'apis', 'get available API versions', `${META}.APIGroupList`),
    ...groups.map((group) =>
      meta(`/apis/${group}/`, `get${groupName(group)}APIGroup`, tagOf(group), 'get information of a group', `${META}.APIGroup`),
    ),
    ...groupVersions.map(({ group, version }) => {
      const path = group ? `/apis/${group}/${version}/` : `/api/${version}/`;
      return meta(
        path,
        `get${groupName(group)}${capital(version)}APIResources`,
        tagOf(group, version),
        'get available resources',
        `${META}.APIResourceList`,
      );
    }),
    {
      ...meta(
        '/version/',
        'getCodeVersion',
        'version',
        'get the version information for this server',
        'io.k8s.apimachinery.pkg.version.Info',
      ),
      consumes: ['application/json'],
      produces: ['application/json'],
    },
    {
      ...meta(
        '/.well-known/openid-configuration/',
        'getServiceAccountIssuerOpenIDConfiguration',
        'WellKnown',
        "get service account issuer OpenID configuration, also known as the 'OIDC discovery doc'",
        'string',
      ),
      consumes: [],
      produces: ['application/json'],
    },
    {
      ...meta(
        '/openid/v1/jwks/',
        'getServiceAccountIssuerOpenIDKeyset',
        'openid',
        'get service account issuer OpenID JSON Web Key Set (contains public token verification keys)',
        'string',
      ),
      consumes: [],
      produces: ['application/jwk-set+json'],
    },
  ];
}
