import type { CertificateSigningRequest } from '../../api/generated/certificates-v1.ts';

/** Whether a request has a condition of this type that holds. */
export function isMarked({ status }: CertificateSigningRequest, wanted: 'Approved' | 'Denied' | 'Failed'): boolean {
  return (status?.conditions ?? []).some(({ type, status: value }) => type === wanted && value !== 'False');
}
