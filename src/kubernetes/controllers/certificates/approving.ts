import type { CertificateSigningRequest } from '../../api/generated/certificates-v1.ts';
import { certificateSigningRequests, subjectAccessReviews } from '../../api/resources.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { parseCertificateRequest } from '../../machinery/x509/certificate-request.ts';
import { defineController, done } from '../framework/controller.ts';
import { kubeletClientFault } from './kubelet-requests.ts';
import { isMarked } from './request-state.ts';
import { KUBELET_CLIENT_SIGNER } from './signers.ts';

/** Who may not have their request approved may be allowed to later: by then it is looked at again. */
const LOOK_AGAIN = 30_000;

interface Approval {
  /** What of signing requests a user must be allowed to create. */
  readonly subresource: 'selfnodeclient' | 'nodeclient';
  readonly message: string;
}

const OWN: Approval = {
  subresource: 'selfnodeclient',
  message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
};
const ANY: Approval = { subresource: 'nodeclient', message: 'Auto approving kubelet client certificate after SubjectAccessReview.' };

/** Approves the client certificates that kubelets ask for, where who asks is allowed to. */
export const certificateApprovingController = defineController({
  name: 'certificatesigningrequest-approving',
  primary: certificateSigningRequests,

  async reconcile(name, { cache, api }, signal) {
    const request = cache.get(certificateSigningRequests, name);
    if (!request || request.status?.certificate || isMarked(request, 'Approved') || isMarked(request, 'Denied')) return done;
    const approvals = approvalsFor(request);
    for (const approval of approvals) {
      if (!(await isAllowed(request, approval, api, signal))) continue;
      await approve(request, approval, api, signal);
      return done;
    }
    return approvals.length > 0 ? { after: LOOK_AGAIN } : done;
  },
});

function approvalsFor({ spec }: CertificateSigningRequest): Approval[] {
  if (spec.signerName !== KUBELET_CLIENT_SIGNER) return [];
  const asked = parseCertificateRequest(atob(spec.request));
  if (kubeletClientFault(asked, spec.usages ?? [])) return [];
  return asked.subject.commonName === spec.username ? [OWN, ANY] : [ANY];
}

async function isAllowed(
  { spec }: CertificateSigningRequest,
  { subresource }: Approval,
  api: ApiClient,
  signal: AbortSignal,
): Promise<boolean> {
  const { group, plural: resource } = certificateSigningRequests;
  const { username: user, uid, groups, extra } = spec;
  const resourceAttributes = { group, resource, verb: 'create', subresource };
  const review = { metadata: {}, spec: { user, uid, groups, extra, resourceAttributes } };
  return (await api.create(subjectAccessReviews, review, {}, signal)).status?.allowed ?? false;
}

async function approve(request: CertificateSigningRequest, { message }: Approval, api: ApiClient, signal: AbortSignal): Promise<void> {
  const { group, version, plural } = certificateSigningRequests;
  const condition = { type: 'Approved', status: 'True', reason: 'AutoApproved', message };
  const approved = { ...request, status: { ...request.status, conditions: [...(request.status?.conditions ?? []), condition] } };
  await api.raw('PUT', `/apis/${group}/${version}/${plural}/${request.metadata.name}/approval`, { body: approved }, signal);
}
