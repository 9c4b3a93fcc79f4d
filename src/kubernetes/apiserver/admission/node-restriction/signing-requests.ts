import type { CertificateSigningRequest } from '../../../api/generated/certificates-v1.ts';
import { CertificateRequestError, parseCertificateRequest } from '../../../machinery/x509/certificate-request.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { rejection } from '../rejection.ts';

const KUBELET_SIGNERS = ['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'];

/** A kubelet asks for certificates of its own node; what else it asks for, the signers see to. */
export function admitSigningRequest(node: string, attributes: AdmissionAttributes): void {
  if (attributes.operation !== 'CREATE') return;
  const { signerName, request } = (attributes.object as CertificateSigningRequest).spec ?? {};
  if (!KUBELET_SIGNERS.includes(signerName)) return;
  if (commonNameOf(request, attributes) !== `system:node:${node}`) {
    throw rejection(attributes, `can only create a node CSR with CN=system:node:${node}`);
  }
}

function commonNameOf(request: string | undefined, attributes: AdmissionAttributes): string {
  try {
    return parseCertificateRequest(atob(request ?? '')).subject.commonName;
  } catch (error) {
    if (!(error instanceof CertificateRequestError)) throw error;
    throw rejection(attributes, `unable to parse csr: ${error.message}`);
  }
}
