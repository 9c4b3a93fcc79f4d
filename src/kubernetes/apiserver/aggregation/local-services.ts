import type { APIService } from '../../api/generated/apiregistration-v1.ts';
import { apiServices } from '../../api/resources.ts';
import { createMissing } from '../bootstrap/create-missing.ts';
import type { StartHook } from '../extensions.ts';

/** `kind of name -> [group priority, version priority]`: how clients order what is built in. */
const PRIORITIES: Readonly<Record<string, readonly [number, number]>> = {
  'v1.': [18000, 1],
  'v1.admissionregistration.k8s.io': [16700, 15],
  'v1.apiextensions.k8s.io': [16700, 15],
  'v1.apps': [17800, 15],
  'v1.authentication.k8s.io': [17700, 15],
  'v1.authorization.k8s.io': [17600, 15],
  'v1.autoscaling': [17500, 15],
  'v2.autoscaling': [17500, 30],
  'v1.batch': [17400, 15],
  'v1.certificates.k8s.io': [17300, 15],
  'v1.coordination.k8s.io': [16500, 15],
  'v1.discovery.k8s.io': [16200, 15],
  'v1.events.k8s.io': [17750, 15],
  'v1.flowcontrol.apiserver.k8s.io': [16100, 21],
  'v1.networking.k8s.io': [17200, 15],
  'v1.node.k8s.io': [16300, 15],
  'v1.policy': [17100, 15],
  'v1.rbac.authorization.k8s.io': [17000, 15],
  'v1.resource.k8s.io': [16200, 21],
  'v1.scheduling.k8s.io': [16600, 15],
  'v1.storage.k8s.io': [16800, 15],
};

const MANAGED = { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' };

/** The group of APIService itself stands above aggregation and has no object. */
const UNLISTED = new Set(['apiregistration.k8s.io']);

export interface GroupVersion {
  group: string;
  version: string;
}

/** Registers what this server serves itself, so that the list of APIServices is the whole list. */
export function localServicesHook(served: readonly GroupVersion[]): StartHook {
  return {
    name: 'apiservice-registration-controller',
    async run({ store }) {
      const wanted = served.filter(({ group }) => !UNLISTED.has(group)).map(localService);
      await createMissing(store, apiServices, [...new Map(wanted.map((service) => [service.metadata.name, service])).values()]);
    },
  };
}

function localService({ group, version }: GroupVersion): APIService {
  const name = `${version}.${group}`;
  const [groupPriorityMinimum, versionPriority] = PRIORITIES[name] ?? [1000, 15];
  return {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name, labels: { ...MANAGED } },
    spec: { ...(group ? { group } : {}), version, groupPriorityMinimum, versionPriority },
  };
}
