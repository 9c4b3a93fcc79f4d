import type { CertificateSigningRequest } from '../../../api/generated/certificates-v1.ts';
import type { Authorizer } from '../../authorization/authorizer.ts';
import type { UserInfo } from '../../request.ts';
import type { AdmissionAttributes } from '../admission.ts';

const GROUP = 'certificates.k8s.io';

/** Whether a write is about certificate signing requests, or a subresource of theirs. */
export function isSigningRequest({ resource, subresource }: AdmissionAttributes, of = ''): boolean {
  return resource.group === GROUP && resource.plural === 'certificatesigningrequests' && subresource === of;
}

/** The request as it is to become, and as it was. */
export function requestsOf({ object, oldObject }: AdmissionAttributes): {
  next: CertificateSigningRequest;
  previous: CertificateSigningRequest;
} {
  return { next: object as CertificateSigningRequest, previous: oldObject as CertificateSigningRequest };
}

/** Whether a user may approve or sign for a signer: by its name, or by `<domain>/*`. */
export async function maySign(authorizer: Authorizer, user: UserInfo, verb: 'approve' | 'sign', signer: string): Promise<boolean> {
  const domain = signer.split('/', 1)[0] ?? '';
  for (const name of [signer, `${domain}/*`]) {
    const { decision } = await authorizer.authorize({
      user,
      verb,
      isResourceRequest: true,
      path: '',
      group: GROUP,
      version: '*',
      namespace: '',
      resource: 'signers',
      subresource: '',
      name,
    });
    if (decision === 'allow') return true;
  }
  return false;
}
