/** Query and path parameters by name. Their descriptions are those of the options type's fields. */
export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path';
  readonly type: 'string' | 'boolean' | 'integer';
  /** Definition and field that describe it. */
  readonly describedBy?: readonly [definition: string, field: string];
  /** Where no type describes it. */
  readonly description?: string;
}

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const CORE = 'io.k8s.api.core.v1';

const from = (definition: string, name: string, type: Parameter['type'] = 'string'): Parameter => ({
  name,
  in: 'query',
  type,
  describedBy: [definition, name],
});

const list = (name: string, type?: Parameter['type']) => from(`${META}.ListOptions`, name, type);
const remove = (name: string, type?: Parameter['type']) => from(`${META}.DeleteOptions`, name, type);
const write = (name: string, type?: Parameter['type']) => from(`${META}.PatchOptions`, name, type);

/** What a single GET, and everything else but `connect`, takes. */
export const PRETTY: Parameter = { name: 'pretty', in: 'query', type: 'string', description: "'true' for output that people can read" };

export const NAMESPACE: Parameter = { name: 'namespace', in: 'path', type: 'string', description: 'namespace of the object' };

export const nameOf = (kind: string): Parameter => ({ name: 'name', in: 'path', type: 'string', description: `name of the ${kind}` });

const SELECTION = [
  list('continue'),
  list('fieldSelector'),
  list('labelSelector'),
  list('limit', 'integer'),
  list('resourceVersion'),
  list('resourceVersionMatch'),
  list('sendInitialEvents', 'boolean'),
  list('shardSelector'),
  list('timeoutSeconds', 'integer'),
];

export const LIST: readonly Parameter[] = [list('allowWatchBookmarks', 'boolean'), ...SELECTION, list('watch', 'boolean')];

export const WRITE: readonly Parameter[] = [write('dryRun'), write('fieldManager'), write('fieldValidation')];

export const PATCH: readonly Parameter[] = [...WRITE, write('force', 'boolean')];

export const DELETE: readonly Parameter[] = [
  remove('dryRun'),
  remove('gracePeriodSeconds', 'integer'),
  remove('ignoreStoreReadErrorWithClusterBreakingPotential', 'boolean'),
  remove('orphanDependents', 'boolean'),
  remove('propagationPolicy'),
];

export const DELETE_COLLECTION: readonly Parameter[] = [...DELETE, ...SELECTION];

const stream = (kind: string) => [
  from(kind, 'container'),
  ...['stderr', 'stdin', 'stdout', 'tty'].map((name) => from(kind, name, 'boolean')),
];

const log = (name: string, type?: Parameter['type']) => from(`${CORE}.PodLogOptions`, name, type);

export const LOG: readonly Parameter[] = [
  log('container'),
  log('follow', 'boolean'),
  log('insecureSkipTLSVerifyBackend', 'boolean'),
  log('limitBytes', 'integer'),
  PRETTY,
  log('previous', 'boolean'),
  log('sinceSeconds', 'integer'),
  log('stream'),
  log('tailLines', 'integer'),
  log('timestamps', 'boolean'),
];

/** What a connection takes, by the kind of its options. */
export const CONNECT: Readonly<Record<string, readonly Parameter[]>> = {
  PodExecOptions: [from(`${CORE}.PodExecOptions`, 'command'), ...stream(`${CORE}.PodExecOptions`)],
  PodAttachOptions: stream(`${CORE}.PodAttachOptions`),
  PodPortForwardOptions: [from(`${CORE}.PodPortForwardOptions`, 'ports', 'integer')],
  PodProxyOptions: [from(`${CORE}.PodProxyOptions`, 'path')],
  ServiceProxyOptions: [from(`${CORE}.ServiceProxyOptions`, 'path')],
  NodeProxyOptions: [from(`${CORE}.NodeProxyOptions`, 'path')],
};

export const PROXY_PATH: Parameter = { name: 'path', in: 'path', type: 'string', description: 'path to the resource' };
