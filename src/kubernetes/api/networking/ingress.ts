import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { Ingress } from '../generated/networking-v1.ts';
import { ingresses as type } from '../resources.ts';
import { ingressRules, ingressStatusRules } from '../validation/ingress.ts';
import { ALL_VERBS } from '../verbs.ts';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const SHOWN_HOSTS = 3;

export const ingresses = defineResource<Ingress>({
  ...type,
  singular: 'ingress',
  shortNames: ['ing'],
  verbs: ALL_VERBS,
  subresources: ['status'],
  schema: 'io.k8s.api.networking.v1.Ingress',
  rules: ingressRules,
  statusRules: ingressStatusRules,
  prepareCreate: (ingress) => {
    ingress.status = { loadBalancer: {} };
  },
  columns: [
    nameColumn,
    text('Class', ({ metadata, spec }) => spec?.ingressClassName ?? metadata.annotations?.[CLASS_ANNOTATION] ?? '<none>'),
    text('Hosts', hostsOf),
    text('Address', ({ status }) => status?.loadBalancer?.ingress?.map(({ ip, hostname }) => ip || hostname || '').join(',') ?? ''),
    text('Ports', ({ spec }) => (spec?.tls?.length ? '80, 443' : '80')),
    ageColumn,
  ],
});

function hostsOf({ spec }: Ingress): string {
  const hosts = spec?.rules?.map(({ host }) => host).filter((host) => host) ?? [];
  if (hosts.length === 0) return '*';
  const more = hosts.length > SHOWN_HOSTS ? ` + ${hosts.length - SHOWN_HOSTS} more...` : '';
  return hosts.slice(0, SHOWN_HOSTS).join(',') + more;
}
