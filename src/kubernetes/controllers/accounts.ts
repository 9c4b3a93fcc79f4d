/** Service accounts that are not named after their controller, or serve several. */
const ACCOUNTS: Readonly<Record<string, string>> = {
  'certificatesigningrequest-approving': 'certificate-controller',
  'certificatesigningrequest-cleaner': 'certificate-controller',
  'certificatesigningrequest-signing': 'certificate-controller',
  daemonset: 'daemon-set-controller',
  'garbage-collector': 'generic-garbage-collector',
  'horizontal-pod-autoscaler': 'horizontal-pod-autoscaler',
  'node-ipam': 'node-controller',
  'node-lifecycle': 'node-controller',
  'persistentvolume-binder': 'persistent-volume-binder',
  'persistentvolume-phase': 'persistent-volume-binder',
  'persistentvolume-protection': 'pv-protection-controller',
  'persistentvolumeclaim-protection': 'pvc-protection-controller',
  'pod-garbage-collector': 'pod-garbage-collector',
  replicationcontroller: 'replication-controller',
  resourceclaim: 'resource-claim-controller',
  'resourceclaim-release': 'resource-claim-controller',
  'root-ca-certificate-publisher': 'root-ca-cert-publisher',
  'service-cidr': 'service-cidrs-controller',
  serviceaccount: 'service-account-controller',
  'taint-eviction': 'node-controller',
};

/** Makes the tokens that accounts are made of, so it can have no account: it works as the process itself. */
export const WITHOUT_ACCOUNT = 'serviceaccount-token';

/** The service account of a controller in kube-system, to which the bootstrap policy gives its rights. */
export function accountOf(controller: string): string {
  return ACCOUNTS[controller] ?? `${controller}-controller`;
}
