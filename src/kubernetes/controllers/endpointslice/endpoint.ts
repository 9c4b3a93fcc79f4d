import type { Node, Pod, Service } from '../../api/generated/core-v1.ts';
import type { Endpoint } from '../../api/generated/discovery-v1.ts';
import { isReady, isTerminal, isTerminating } from '../../api/helpers/pods.ts';

const ZONE = 'topology.kubernetes.io/zone';

/** The pods' addresses of one family; empty while a pod has none. */
export function addressesOf({ status }: Pod, family: 'IPv4' | 'IPv6'): string[] {
  const addresses = status?.podIPs?.map(({ ip }) => ip ?? '') ?? (status?.podIP ? [status.podIP] : []);
  return addresses.filter((address) => address !== '' && address.includes(':') === (family === 'IPv6'));
}

/** A pod that could serve: it has an address and its containers may still run. */
export function isEndpoint(pod: Pod): boolean {
  return !isTerminal(pod) && Boolean(pod.status?.podIP ?? pod.status?.podIPs?.length);
}

export function endpointOf(pod: Pod, service: Service, node: Node | undefined, addresses: string[]): Endpoint {
  const serving = isReady(pod);
  const terminating = isTerminating(pod);
  const publishAnyway = service.spec?.publishNotReadyAddresses ?? false;
  const { namespace, name, uid } = pod.metadata;
  const { hostname, subdomain, nodeName } = pod.spec;
  const zone = node?.metadata.labels?.[ZONE];
  return {
    addresses,
    conditions: { ready: publishAnyway || (serving && !terminating), serving, terminating },
    ...(hostname && subdomain === service.metadata.name ? { hostname } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(nodeName ? { nodeName } : {}),
    ...(zone ? { zone } : {}),
  };
}
