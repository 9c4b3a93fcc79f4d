import type { Endpoints, Service } from '../../api/generated/core-v1.ts';
import type { EndpointSlice } from '../../api/generated/discovery-v1.ts';
import { endpointSlices, endpoints, services } from '../../api/resources.ts';
import { IpRange } from '../allocators/ip-range.ts';
import type { ApiServerConfig } from '../config.ts';
import type { StartHook } from '../extensions.ts';
import { createMissing } from './create-missing.ts';

const METADATA = { name: 'kubernetes', namespace: 'default' };
const DEFAULT_PORT = 6443;

/**
 * The Service by which pods reach the API server, and the endpoints behind it. The address is the one of this start:
 * a container's may be another one than last time.
 */
export const kubernetesServiceHook: StartHook = {
  name: 'bootstrap-controller',
  async run({ store, config }) {
    const port = config.securePort || DEFAULT_PORT;
    await Promise.all([
      createMissing(store, services, [kubernetesService(config, port)], withPort),
      createMissing(store, endpoints, [kubernetesEndpoints(config.advertiseAddress, port)], withSubsets),
      createMissing(store, endpointSlices, [kubernetesSlice(config.advertiseAddress, port)], withEndpoints),
    ]);
  },
};

function kubernetesService(config: ApiServerConfig, port: number): Service {
  const clusterIP = new IpRange(config.serviceClusterIPRange).at(1);
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
      ipFamilies: ['IPv4'],
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
