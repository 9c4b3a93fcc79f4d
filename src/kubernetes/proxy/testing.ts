import type { Service, ServiceSpec } from '../api/generated/core-v1.ts';
import type { EndpointSlice } from '../api/generated/discovery-v1.ts';

/** A ClusterIP service `default/web` on 10.96.0.60:80 unless told otherwise. For tests. */
export function service(spec: Partial<ServiceSpec> = {}, ingress: { ip: string }[] = []): Service {
  return {
    metadata: { namespace: 'default', name: 'web', resourceVersion: '1' },
    spec: { type: 'ClusterIP', clusterIP: '10.96.0.60', ports: [{ port: 80, protocol: 'TCP' }], ...spec },
    status: { loadBalancer: { ingress } },
  };
}

export interface TestEndpoint {
  ip: string;
  node?: string;
  ready?: boolean;
  serving?: boolean;
  terminating?: boolean;
  forNodes?: string[];
}

/** The endpoints of `default/web`. For tests. */
export function slice(endpoints: readonly TestEndpoint[], port = 8080): EndpointSlice {
  return {
    metadata: { namespace: 'default', name: 'web-1', resourceVersion: '1', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4' as EndpointSlice['addressType'],
    ports: [{ name: '', port, protocol: 'TCP' }],
    endpoints: endpoints.map(({ ip, node, ready = true, serving = ready, terminating = false, forNodes }) => ({
      addresses: [ip],
      conditions: { ready, serving, terminating },
      ...(node ? { nodeName: node } : {}),
      ...(forNodes ? { hints: { forNodes: forNodes.map((name) => ({ name })) } } : {}),
    })),
  };
}
