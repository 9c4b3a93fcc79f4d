import { ageColumn, formatLabels, nameColumn, text, wide } from '../columns.ts';
import { type Column, defineResource } from '../define.ts';
import type { Service, ServicePort, ServiceSpec } from '../generated/core-v1.ts';
import { services as type } from '../resources.ts';
import { serviceRules, serviceStatusRules } from '../validation/service.ts';
import { ALL_VERBS } from '../verbs.ts';

const AFFINITY_SECONDS = 10_800;

const columns: readonly Column<Service>[] = [
  nameColumn,
  text('Type', ({ spec }) => spec?.type ?? ''),
  text('Cluster-IP', ({ spec }) => spec?.clusterIPs?.[0] || spec?.clusterIP || '<none>'),
  text('External-IP', externalOf),
  text('Port(s)', ({ spec }) => spec?.ports?.map(formatPort).join(',') || '<none>'),
  ageColumn,
  wide('Selector', ({ spec }) => formatLabels(spec?.selector)),
];

export const services = defineResource<Service>({
  ...type,
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  verbs: ALL_VERBS,
  subresources: ['status', 'proxy'],
  schema: 'io.k8s.api.core.v1.Service',
  nameRule: 'dnsLabel',
  generation: false,
  metadataOnUpdate: ['update'],
  defaults: defaultService,
  rules: serviceRules,
  statusRules: serviceStatusRules,
  prepareCreate: (service) => {
    service.status = { loadBalancer: {} };
  },
  columns,
  selectableFields: { 'spec.clusterIP': ({ spec }) => spec?.clusterIP ?? '', 'spec.type': ({ spec }) => spec?.type ?? '' },
});

function defaultService(service: Service): void {
  const { spec } = service;
  if (!spec) return;
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  else if (spec.sessionAffinity === 'ClientIP') defaultAffinity(spec);
  spec.type ||= 'ClusterIP';
  for (const port of spec.ports ?? []) defaultPort(port);
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  if ((external || (spec.type === 'ClusterIP' && spec.externalIPs?.length)) && !spec.externalTrafficPolicy)
    spec.externalTrafficPolicy = 'Cluster';
  if (external || spec.type === 'ClusterIP') spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
  for (const ingress of service.status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= 'VIP';
}

function defaultAffinity(spec: ServiceSpec): void {
  if (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: AFFINITY_SECONDS } };
  }
}

function defaultPort(port: ServicePort): void {
  port.protocol ||= 'TCP';
  if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port;
}

function externalOf({ spec, status }: Service): string {
  const addresses = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case 'ExternalName':
      return spec.externalName ?? '';
    case 'LoadBalancer': {
      const balancer = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '').filter(Boolean);
      return [...new Set(balancer), ...addresses].join(',') || '<pending>';
    }
    default:
      return addresses.join(',') || '<none>';
  }
}

const formatPort = ({ port, nodePort, protocol }: ServicePort): string => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol ?? ''}`;
