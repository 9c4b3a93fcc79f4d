import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';
import { createAuthority } from '../../src/kubernetes/apiserver/standalone/pki.ts';
import { type ClusterApi, clusterApi } from './cluster-api.ts';
import { nodeImage, uniqueSuffix } from './conformance-cluster.ts';
import { eventually } from './process.ts';

const SOURCE = fileURLToPath(new URL('extension/main.ts', import.meta.url));
const SERVICE = 'extension';
const LABELS = { app: 'extension' };
/** Neither is the default, nor are they the same: whoever calls has to look them up. */
const SERVICE_PORT = 8443;
const PORT = 8444;

/** A server of webhooks, and of an aggregated API, that runs in a pod behind a Service. */
export interface ExtensionServer {
  readonly namespace: string;
  /** PEM in base64. */
  readonly caBundle: string;
  /** How a webhook with this path is reached. */
  clientConfig(path: string): { service: object; caBundle: string };
}

interface Named {
  metadata: { name: string };
  [field: string]: unknown;
}
type Make = (path: string, object: Named) => Promise<void>;

/** Deploys the server before the tests of a file, and removes it after them; `group` is that of the API it is to serve. */
export function extensionServer({ group }: { group?: string } = {}): () => ExtensionServer {
  const owned = new AsyncDisposableStack();
  let made: ExtensionServer | undefined;
  beforeAll(async () => {
    made = await deploy(owned, group);
  });
  afterAll(() => owned.disposeAsync());
  return () => {
    if (!made) throw new Error('the extension server is there only while tests run');
    return made;
  };
}

async function deploy(owned: AsyncDisposableStack, group: string | undefined): Promise<ExtensionServer> {
  const [api, image, script] = await Promise.all([clusterApi(), nodeImage(), bundled()]);
  const namespace = `conf-extension-${uniqueSuffix()}`;
  const make: Make = async (path, object) => {
    await api.create(path, object);
    owned.defer(async () => {
      await api.ask('DELETE', `${path}/${object.metadata.name}`);
    });
  };
  await make('/api/v1/namespaces', { metadata: { name: namespace } });
  if (group) await delegate(make, namespace);

  const authority = await createAuthority('extension-ca');
  const { cert, key } = await authority.sign({ commonName: SERVICE, hosts: [`${SERVICE}.${namespace}.svc`] });
  const inside = `/api/v1/namespaces/${namespace}`;
  await Promise.all([
    eventually(() => api.get(`${inside}/serviceaccounts/default`), 30),
    api.create(`${inside}/secrets`, {
      metadata: { name: 'certificates' },
      type: 'kubernetes.io/tls',
      stringData: { 'tls.crt': cert, 'tls.key': key },
    }),
    api.create(`${inside}/configmaps`, { metadata: { name: 'script' }, data: { 'main.mjs': script } }),
    api.create(`${inside}/services`, {
      metadata: { name: SERVICE },
      spec: { selector: LABELS, ports: [{ port: SERVICE_PORT, targetPort: PORT }] },
    }),
  ]);
  await api.create(`/apis/apps/v1/namespaces/${namespace}/deployments`, deployment(image, group));
  await served(api, namespace);
  const caBundle = Buffer.from(authority.cert).toString('base64');
  const clientConfig = (path: string) => ({ service: { namespace, name: SERVICE, path, port: SERVICE_PORT }, caBundle });
  return { namespace, caBundle, clientConfig };
}

/** What an extension API server needs of the cluster: to read how its users are authenticated, and to ask what they may. */
async function delegate(make: Make, namespace: string): Promise<void> {
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const metadata = { name: namespace };
  const subjects = [{ kind: 'ServiceAccount', name: 'default', namespace }];
  const roleRef = (kind: string, name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name });
  const reader = roleRef('Role', 'extension-apiserver-authentication-reader');
  await make(`${rbac}/namespaces/kube-system/rolebindings`, { metadata, subjects, roleRef: reader });
  const delegator = roleRef('ClusterRole', 'system:auth-delegator');
  await make(`${rbac}/clusterrolebindings`, { metadata, subjects, roleRef: delegator });
}

const deployment = (image: string, group: string | undefined) => ({
  metadata: { name: SERVICE },
  spec: {
    selector: { matchLabels: LABELS },
    template: {
      metadata: { labels: LABELS },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: 'server',
            image,
            command: ['node', '/script/main.mjs'],
            env: [{ name: 'PORT', value: String(PORT) }, ...(group ? [{ name: 'GROUP', value: group }] : [])],
            ports: [{ containerPort: PORT }],
            readinessProbe: { httpGet: { scheme: 'HTTPS', path: '/readyz', port: PORT }, periodSeconds: 1, failureThreshold: 30 },
            volumeMounts: [
              { name: 'script', mountPath: '/script', readOnly: true },
              { name: 'certificates', mountPath: '/certificates', readOnly: true },
            ],
          },
        ],
        volumes: [
          { name: 'script', configMap: { name: 'script' } },
          { name: 'certificates', secret: { secretName: 'certificates' } },
        ],
      },
    },
  },
});

/** Waits until the Service has an endpoint that is ready. */
async function served(api: ClusterApi, namespace: string): Promise<void> {
  const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const isReady = (slice: { endpoints?: { conditions?: { ready?: boolean } }[] }) =>
    slice.endpoints?.some(({ conditions }) => conditions?.ready) ?? false;
  await eventually(async () => {
    const { items } = await api.get(slices);
    if (items.some(isReady)) return;
    const pods = await api.get(`/api/v1/namespaces/${namespace}/pods`);
    throw new Error(`the extension server is not ready: ${JSON.stringify(pods.items.map(({ status }: { status: object }) => status))}`);
  }, 60);
}

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [SOURCE],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    write: false,
    logLevel: 'warning',
  });
  return outputFiles[0]!.text;
}
