import { type TestContext, test } from 'vitest';
import { type Anything, type ClusterApi, clusterApi } from './cluster-api.ts';
import { uniqueSuffix } from './conformance-cluster.ts';
import { eventually } from './process.ts';

/** A namespace of a test's own, reached by plain requests alone. */
export interface ApiSpace extends ClusterApi {
  /** Unique, and a valid name, label key and label value. */
  namespace: string;
  /** `core('pods', 'a')`: the path in the namespace of the test. */
  core(resource: string, name?: string): string;
  /** `in('apps/v1', 'deployments')`: the same for other groups. */
  in(groupVersion: string, resource: string, name?: string): string;
  /** A namespace more, removed with the test. */
  anotherNamespace(): Promise<string>;
}

async function makeNamespace(api: ClusterApi, context: TestContext): Promise<string> {
  const name = `conf-${uniqueSuffix()}`;
  await api.create('/api/v1/namespaces', { metadata: { name } });
  context.onTestFinished(async () => {
    await api.ask('DELETE', `/api/v1/namespaces/${name}`);
  });
  return name;
}

async function spaceFor(context: TestContext): Promise<ApiSpace> {
  const api = await clusterApi();
  const namespace = await makeNamespace(api, context);
  const inside = (resource: string, name?: string) => `/namespaces/${namespace}/${resource}${name ? `/${name}` : ''}`;
  await eventually(() => api.get(`/api/v1${inside('serviceaccounts', 'default')}`), 30);
  return {
    ...api,
    namespace,
    core: (resource, name) => `/api/v1${inside(resource, name)}`,
    in: (groupVersion, resource, name) => `/apis/${groupVersion}${inside(resource, name)}`,
    anotherNamespace: () => makeNamespace(api, context),
  };
}

/** A behaviour of the API, tried in a namespace of its own beside the file's other behaviours. */
export function apiBehaviour(name: string, body: (space: ApiSpace, context: TestContext) => Promise<void>, timeout = 180_000): void {
  test.concurrent(name, async (context) => body(await spaceFor(context), context), timeout);
}

export const namesOf = (list: Anything): string[] => list.items.map((item: Anything) => item.metadata.name);

/** The query that selects by these labels. */
export const byLabels = (labels: Record<string, string>): string =>
  `labelSelector=${encodeURIComponent(
    Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
  )}`;
