import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { beforeAll, expect, test } from 'vitest';
import type { CertificateSigningRequest } from '../../../api/generated/certificates-v1.ts';
import { certificateSigningRequests } from '../../../api/resources.ts';
import { type AuthorizationAttributes, type Authorizer, allow, noOpinion } from '../../authorization/authorizer.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { CertificateApproval, CertificateSigning } from './approval.ts';
import { certificateSubjectRestriction } from './subject-restriction.ts';

let pem = '';
beforeAll(async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = (await webcrypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const name = 'CN=jane, O=developers, O=system:masters, OU=x';
  pem = (await x509.Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: algorithm })).toString('pem');
});

const csr = (change: Partial<CertificateSigningRequest> = {}): CertificateSigningRequest => ({
  metadata: { name: 'csr' },
  spec: { request: Buffer.from(pem).toString('base64'), signerName: 'kubernetes.io/kube-apiserver-client' },
  ...change,
});

function attributes(change: Partial<AdmissionAttributes>): AdmissionAttributes {
  return {
    operation: 'UPDATE',
    resource: certificateSigningRequests,
    subresource: '',
    namespace: '',
    name: 'csr',
    object: csr(),
    oldObject: csr(),
    user: { username: 'jane', groups: [] },
    dryRun: false,
    signal: new AbortController().signal,
    warn() {},
    ...change,
  };
}

/** Allows one verb on one signer. */
const allowing = (verb: string, name: string): Authorizer => ({
  name: 'test',
  authorize: (asked: AuthorizationAttributes) =>
    asked.verb === verb && asked.resource === 'signers' && asked.name === name ? allow() : noOpinion(),
});

test('nobody asks to be a master', () => {
  const refuse = (change: Partial<CertificateSigningRequest>) => () =>
    certificateSubjectRestriction.validate?.(attributes({ operation: 'CREATE', object: csr(change) }));
  expect(refuse({})).toThrow(
    'certificatesigningrequests.certificates.k8s.io "csr" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
  );
  expect(refuse({ spec: { ...csr().spec, signerName: 'example.com/any' } })).not.toThrow();
});

test.each([
  { signer: 'kubernetes.io/kube-apiserver-client', allowed: true },
  { signer: 'kubernetes.io/*', allowed: true },
  { signer: 'kubernetes.io/other', allowed: false },
])('approval by who may for $signer', async ({ signer, allowed }) => {
  const approval = new CertificateApproval(allowing('approve', signer)).validate(attributes({ subresource: 'approval' }));
  if (allowed) await approval;
  else
    await expect(approval).rejects.toThrow('user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"');
});

test('a certificate is written by who may sign', async () => {
  const object = csr({ status: { certificate: 'Y2VydA==' } });
  const write = (authorizer: Authorizer, next = object) =>
    new CertificateSigning(authorizer).validate(attributes({ subresource: 'status', object: next }));
  await write(allowing('sign', 'kubernetes.io/kube-apiserver-client'));
  await write(allowing('nothing', ''), csr());
  await expect(write(allowing('approve', 'kubernetes.io/*'))).rejects.toThrow('user not permitted to sign requests with signerName');
});
