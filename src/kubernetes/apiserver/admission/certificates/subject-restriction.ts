import { CertificateRequestError, parseCertificateRequest } from '../../../machinery/x509/certificate-request.ts';
import { MASTERS_GROUP } from '../../authentication/identities.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission.ts';
import { rejection } from '../rejection.ts';
import { isSigningRequest, requestsOf } from './signers.ts';

const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';

/** No certificate makes anybody a member of the group that may do everything. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  handles: (attributes) => attributes.operation === 'CREATE' && isSigningRequest(attributes),
  validate(attributes) {
    const { spec } = requestsOf(attributes).next;
    if (spec?.signerName !== CLIENT_SIGNER || !organizations(attributes, spec.request ?? '').includes(MASTERS_GROUP)) return;
    throw rejection(attributes, `use of ${CLIENT_SIGNER} signer with ${MASTERS_GROUP} group is not allowed`);
  },
};

function organizations(attributes: AdmissionAttributes, request: string): readonly string[] {
  try {
    return parseCertificateRequest(atob(request)).subject.organizations;
  } catch (error) {
    if (!(error instanceof CertificateRequestError)) throw error;
    throw rejection(attributes, `failed to parse CSR: ${error.message}`);
  }
}
