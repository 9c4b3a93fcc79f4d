import { formatLabelSelector } from '../../machinery/selectors.ts';
import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { NetworkPolicy, NetworkPolicyPort } from '../generated/networking-v1.ts';
import { networkPolicies as type } from '../resources.ts';
import { networkPolicyRules } from '../validation/network-policy.ts';
import { ALL_VERBS } from '../verbs.ts';

export const networkPolicies = defineResource<NetworkPolicy>({
  ...type,
  singular: 'networkpolicy',
  shortNames: ['netpol'],
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.networking.v1.NetworkPolicy',
  generation: 'exact',
  metadataOnUpdate: ['update'],
  defaults: ({ spec }) => {
    if (!spec) return;
    for (const { ports } of spec.ingress ?? []) defaultPorts(ports);
    for (const { ports } of spec.egress ?? []) defaultPorts(ports);
    if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
  },
  rules: networkPolicyRules,
  columns: [nameColumn, text('Pod-Selector', ({ spec }) => formatLabelSelector(spec?.podSelector)), ageColumn],
});

function defaultPorts(ports: readonly NetworkPolicyPort[] | undefined): void {
  for (const port of ports ?? []) port.protocol ??= 'TCP';
}
