import type { Endpoints, Service } from '../../api/generated/core-v1.ts';
import type { EndpointSlice } from '../../api/generated/discovery-v1.ts';
import { endpointSlices, endpoints, ipAddresses, services } from '../../api/resources.ts';
import { isInvalid } from '../../machinery/status.ts';
import { configuredNetworks } from '../allocators/service-allocators.ts';
import type { ApiServerConfig } from '../config.ts';
import type { ServerCore, StartHook } from '../extensions.ts';
import { createMissing } from './create-missing.ts';

const METADATA = { name: 'kubernetes', namespace: 'default' };
const DEFAULT_PORT = 6443;
const ATTEMPTS = 50;
const RETRY_MS = 100;

/**
 * The Service by which pods reach the API server, and the endpoints behind it. The address is the one of this start:
 * a container's may be another one than last time.
 */
export const kubernetesServiceHook: StartHook = {
  name: 'bootstrap-controller',
  async run(core) {
    const { store, config } = core;
    const port = config.securePort || DEFAULT_PORT;
    await Promise.all([
      createService(core, port),
      createMissing(store, endpoints, [kubernetesEndpoints(config.advertiseAddress, port)], withSubsets),
      createMissing(store, endpointSlices, [kubernetesSlice(config.advertiseAddress, port)], withEndpoints),
    ]);
  },
};

/** Of servers that start together, one takes the address; its service is there a moment later, or never if it was killed. */
async function createService(core: ServerCore, port: number): Promise<void> {
  const wanted = kubernetesService(core.config, port);
  for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
    if (await isCreated(core, wanted)) return;
    await core.clock.sleep(RETRY_MS, core.signal);
    await core.registry.cache.catchUp();
  }
  await releaseOwn(core, wanted.spec?.clusterIP ?? '');
  if (!(await isCreated(core, wanted))) core.log.error({ address: wanted.spec?.clusterIP }, "the API server's own service has no address");
}

async function isCreated({ store }: ServerCore, wanted: Service): Promise<boolean> {
  try {
    await createMissing(store, services, [wanted], withPort);
    return true;
  } catch (error) {
    if (isInvalid(error)) return false;
    throw error;
  }
}

async function releaseOwn({ store }: ServerCore, address: string): Promise<void> {
  const parent = store.get(ipAddresses, '', address)?.spec.parentRef;
  if (parent?.resource === 'services' && parent.namespace === METADATA.namespace && parent.name === METADATA.name)
    await store.delete(ipAddresses, '', address);
}

function kubernetesService(config: ApiServerConfig, port: number): Service {
  const [network] = configuredNetworks(config.serviceClusterIPRange);
  const clusterIP = network?.at(1) ?? '';
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { ...METADATA, labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: port }],
      clusterIP,
      clusterIPs: [clusterIP],
      type: 'ClusterIP',
      sessionAffinity: 'None',
      ipFamilies: [network?.family ?? 'IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
    },
  };
}

function withPort(existing: Service, wanted: Service): Service | undefined {
  if (JSON.stringify(existing.spec?.ports) === JSON.stringify(wanted.spec?.ports)) return undefined;
  return { ...existing, spec: { ...existing.spec, ports: wanted.spec?.ports ?? [] } };
}

function kubernetesEndpoints(ip: string, port: number): Endpoints {
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...METADATA, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip }], ports: [{ name: 'https', port, protocol: 'TCP' }] }],
  };
}

function withSubsets(existing: Endpoints, wanted: Endpoints): Endpoints | undefined {
  return JSON.stringify(existing.subsets) === JSON.stringify(wanted.subsets) ? undefined : { ...existing, subsets: wanted.subsets ?? [] };
}

function kubernetesSlice(ip: string, port: number): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...METADATA, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [ip], conditions: { ready: true } }],
    ports: [{ name: 'https', protocol: 'TCP', port }],
  };
}

function withEndpoints(existing: EndpointSlice, wanted: EndpointSlice): EndpointSlice | undefined {
  const same = JSON.stringify([existing.endpoints, existing.ports]) === JSON.stringify([wanted.endpoints, wanted.ports]);
  return same ? undefined : { ...existing, endpoints: wanted.endpoints, ports: wanted.ports ?? [] };
}
