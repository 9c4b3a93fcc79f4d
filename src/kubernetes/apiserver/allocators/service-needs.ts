import type { ServiceSpec } from '../../api/generated/core-v1.ts';

/** What a service of its type must be given. */
export const needsClusterIp = (spec: ServiceSpec) => spec.type !== 'ExternalName';

export const isHeadless = (spec: ServiceSpec) => spec.clusterIPs?.[0] === 'None';

/** Whether `clusterIPs` are addresses, if there are any. */
export const hasAddresses = (spec: ServiceSpec) => needsClusterIp(spec) && !isHeadless(spec);

export const isExternal = (spec: ServiceSpec) => spec.type === 'NodePort' || spec.type === 'LoadBalancer';

/** Whether ports get a node port when they name none. */
export const needsNodePorts = (spec: ServiceSpec) =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && (spec.allocateLoadBalancerNodePorts ?? true));

export const needsHealthCheckPort = (spec: ServiceSpec) => spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

/** The node ports a service's ports have. */
export const nodePortsOf = (spec: ServiceSpec | undefined): number[] => (spec?.ports ?? []).flatMap(({ nodePort }) => nodePort || []);

/** The cluster addresses a service has. */
export const addressesOf = (spec: ServiceSpec | undefined): string[] =>
  spec && hasAddresses(spec) ? (spec.clusterIPs ?? []).filter((address) => address !== '') : [];
