import type { CertificateRequest } from '../../machinery/x509/certificate-request.ts';
import { kubeletClientFault, kubeletServingFault } from './kubelet-requests.ts';

/** Why a signer does not sign an approved request; undefined where it does. */
type SignerRule = (request: CertificateRequest, usages: readonly string[]) => string | undefined;

const OPTIONAL_CLIENT_USAGES = ['digital signature', 'key encipherment'];

/** The signers of the cluster's authority. Requests for others are for others to sign. */
export const SIGNERS: Readonly<Record<string, SignerRule>> = {
  'kubernetes.io/kube-apiserver-client': (_request, usages) => clientFault(usages),
  'kubernetes.io/kube-apiserver-client-kubelet': kubeletClientFault,
  'kubernetes.io/kubelet-serving': kubeletServingFault,
  // Whatever was asked of it before signers had names.
  'kubernetes.io/legacy-unknown': () => undefined,
};

export const KUBELET_CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client-kubelet';

function clientFault(usages: readonly string[]): string | undefined {
  const strange = usages.find((usage) => usage !== 'client auth' && !OPTIONAL_CLIENT_USAGES.includes(usage));
  if (strange !== undefined) return `invalid usage for client certificate: ${strange}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}
