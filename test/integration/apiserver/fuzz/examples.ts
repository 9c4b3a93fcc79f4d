import type { Json } from './random-objects.ts';

const container = { name: 'c', image: 'example.com/c:1' };
const pod = { metadata: { labels: { app: 'x' } }, spec: { containers: [container] } };
const workload = { selector: { matchLabels: { app: 'x' } }, template: pod };

/** Objects that are taken as they are, by group and plural; random ones are made of them by changing a field or two. */
export const EXAMPLES: Readonly<Record<string, Json>> = {
  configmaps: { data: { a: '1' }, binaryData: { b: 'AA==' } },
  secrets: { data: { a: 'AA==' }, stringData: { b: '1' } },
  pods: pod,
  podtemplates: { template: pod },
  services: { spec: { ports: [{ port: 80 }], selector: { app: 'x' } } },
  serviceaccounts: { imagePullSecrets: [{ name: 'x' }] },
  endpoints: { subsets: [{ addresses: [{ ip: '192.0.2.3' }], ports: [{ port: 80 }] }] },
  limitranges: { spec: { limits: [{ type: 'Pod', max: { cpu: '100' } }] } },
  nodes: { spec: { podCIDR: '10.1.0.0/24' }, status: { capacity: { cpu: '1' } } },
  persistentvolumeclaims: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
  persistentvolumes: { spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, hostPath: { path: '/x' } } },
  replicationcontrollers: { spec: { selector: { app: 'x' }, template: pod } },
  'deployments.apps': { spec: workload },
  'replicasets.apps': { spec: workload },
  'daemonsets.apps': { spec: workload },
  'statefulsets.apps': { spec: { ...workload, serviceName: 'x' } },
  'controllerrevisions.apps': { revision: 1, data: { a: [{ b: 2 }] } },
  'jobs.batch': { spec: { template: { spec: { ...pod.spec, restartPolicy: 'Never' } } } },
  'cronjobs.batch': {
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template: { spec: { ...pod.spec, restartPolicy: 'Never' } } } } },
  },
  'leases.coordination.k8s.io': { spec: { holderIdentity: 'x', leaseDurationSeconds: 10 } },
  'networkpolicies.networking.k8s.io': { spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] } },
  'ingresses.networking.k8s.io': { spec: { defaultBackend: { service: { name: 'x', port: { number: 80 } } } } },
  'endpointslices.discovery.k8s.io': { addressType: 'IPv4', endpoints: [{ addresses: ['192.0.2.3'] }], ports: [{ name: 'a', port: 80 }] },
  'poddisruptionbudgets.policy': { spec: { minAvailable: 1, selector: { matchLabels: { app: 'x' } } } },
  'clusterroles.rbac.authorization.k8s.io': { rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }] },
  'storageclasses.storage.k8s.io': { provisioner: 'example.com/x' },
  'csidrivers.storage.k8s.io': { spec: { attachRequired: false } },
  'priorityclasses.scheduling.k8s.io': { value: 5 },
};
