import { humanDuration } from '../../machinery/duration.ts';
import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource, type Requester } from '../define.ts';
import type { CertificateSigningRequest, CertificateSigningRequestStatus } from '../generated/certificates-v1.ts';
import { certificateSigningRequests as type } from '../resources.ts';
import { approvalRules, certificateSigningRequestRules, signingRules } from '../validation/certificate-signing-request.ts';
import { ALL_VERBS } from '../verbs.ts';
import { datedConditions, keepApproval } from './request-conditions.ts';

export const certificateSigningRequests = defineResource<CertificateSigningRequest>({
  ...type,
  singular: 'certificatesigningrequest',
  shortNames: ['csr'],
  verbs: ALL_VERBS,
  subresources: ['approval', 'status'],
  schema: 'io.k8s.api.certificates.v1.CertificateSigningRequest',
  nameRule: 'pathSegment',
  generation: false,
  resetFields: { main: ['spec', 'status'], status: ['spec', 'status.conditions'], approval: ['spec', 'status.certificate'] },
  rules: certificateSigningRequestRules,
  statusRules: signingRules,
  approvalRules,
  prepareCreate: (request, requester) => {
    request.spec = { ...request.spec, ...askedBy(requester) };
    request.status = {};
  },
  prepareUpdate: (next, previous) => {
    next.spec = previous.spec;
  },
  prepareStatus: (next, previous, now) => {
    const { conditions } = next.status ?? {};
    if (conditions) next.status = { ...next.status, conditions: datedConditions(keepApproval(conditions, previous), previous, now) };
  },
  prepareApproval: (next, previous, now) => {
    const { conditions } = next.status ?? {};
    if (conditions) next.status = { ...next.status, conditions: datedConditions(conditions, previous, now) };
  },
  columns: [
    nameColumn,
    ageColumn,
    text('SignerName', ({ spec }) => spec?.signerName || '<none>'),
    text('Requestor', ({ spec }) => spec?.username ?? ''),
    text('RequestedDuration', ({ spec }) =>
      spec?.expirationSeconds === undefined ? '<none>' : humanDuration(spec.expirationSeconds * 1000),
    ),
    text('Condition', ({ status }) => stateOf(status)),
  ],
  selectableFields: { 'spec.signerName': ({ spec }) => spec?.signerName ?? '' },
});

/** Who asks is for the server to say. */
function askedBy({ username, uid, groups, extra }: Requester) {
  const hasExtra = extra !== undefined && Object.keys(extra).length > 0;
  return {
    username: username || undefined,
    uid: uid || undefined,
    groups: groups.length > 0 ? groups : undefined,
    extra: hasExtra ? extra : undefined,
  };
}

/** How far a request has got: `Approved,Issued`. */
function stateOf({ conditions = [], certificate }: CertificateSigningRequestStatus = {}): string {
  const has = (wanted: string) => conditions.some((condition) => condition.type === wanted);
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return `${decision}${has('Failed') ? ',Failed' : ''}${certificate ? ',Issued' : ''}`;
}
