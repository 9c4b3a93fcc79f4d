import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { certificateRequest } from '../../../../test/support/certificate-request.ts';
import { controllersOnFakes } from '../../../../test/support/controllers.ts';
import type { CertificateSigningRequest } from '../../api/generated/certificates-v1.ts';
import { certificateSigningRequests, subjectAccessReviews } from '../../api/resources.ts';
import { createAuthority } from '../../apiserver/standalone/pki.ts';
import { parseCertificateRequest } from '../../machinery/x509/certificate-request.ts';
import { certificateApprovingController } from './approving.ts';
import { certificateCleaner, endOf } from './cleaner.ts';
import { kubeletClientFault, kubeletServingFault } from './kubelet-requests.ts';
import { certificateSigningController } from './signing.ts';
import { validityOf } from './validity.ts';

const CLIENT = ['client auth', 'digital signature'];
const SERVING = ['server auth', 'digital signature', 'key encipherment'];
const NODE = 'O=system:nodes, CN=system:node:n';

test.each([
  { name: 'as kubelets ask', usages: CLIENT, fault: undefined },
  { name: 'with encipherment', usages: [...CLIENT, 'key encipherment'], fault: undefined },
  { name: 'of others', subject: 'O=developers, CN=system:node:n', fault: 'subject organization is not system:nodes' },
  { name: 'of others as well', subject: `O=developers, ${NODE}`, fault: 'subject organization is not system:nodes' },
  { name: 'not of a node', subject: 'O=system:nodes, CN=jane', fault: 'subject common name does not begin with system:node:' },
  { name: 'for names', dns: ['n'], fault: 'DNS subjectAltNames are not allowed' },
  { name: 'to serve', usages: SERVING, fault: 'usages did not match [client auth digital signature key encipherment]' },
  { name: 'for too little', usages: ['client auth'], fault: 'usages did not match [client auth digital signature key encipherment]' },
])('a client certificate $name', async ({ subject = NODE, usages = CLIENT, dns, fault }) => {
  expect(kubeletClientFault(parseCertificateRequest(await certificateRequest(subject, dns)), usages)).toBe(fault);
});

test.each([
  { name: 'as kubelets ask', fault: undefined },
  { name: 'for nothing', dns: [], fault: 'DNS or IP subjectAltName is required' },
  { name: 'of a person', subject: 'O=system:nodes, CN=jane', fault: 'subject common name does not begin with system:node:' },
  { name: 'to be a client', usages: CLIENT, fault: 'usages did not match [digital signature key encipherment server auth]' },
])('a serving certificate $name', async ({ subject = NODE, usages = SERVING, dns = ['n'], fault }) => {
  expect(kubeletServingFault(parseCertificateRequest(await certificateRequest(subject, dns)), usages)).toBe(fault);
});

const now = Date.parse('2030-01-01T00:00:00Z');
const HOUR = 3_600_000;
test.each([
  { name: 'as long as signed for', seconds: undefined, after: 24 * HOUR - 300_000 },
  { name: 'as long as asked for', seconds: 10 * 3600, after: 10 * HOUR - 300_000 },
  { name: 'short: counted from now', seconds: 3600, after: HOUR },
  { name: 'no longer than signed for', seconds: 1e6, after: 24 * HOUR - 300_000 },
  { name: 'ten minutes at least', seconds: 60, after: 600_000 },
  { name: 'no longer than the authority', seconds: 3600, authorityEnd: now + 1000, after: 1000 },
])('a certificate holds $name', ({ seconds, authorityEnd = now + 1e12, after }) => {
  const { notBefore, notAfter } = validityOf(seconds, { longest: 24 * HOUR, authorityEnd, now });
  expect([notBefore.getTime() - now, notAfter.getTime() - now]).toEqual([-300_000, after]);
});

test('an authority that is over signs nothing', () => {
  expect(() => validityOf(3600, { longest: HOUR, authorityEnd: now, now })).toThrow('the signer has expired');
});

const signing = async (subject: string, spec: Partial<CertificateSigningRequest['spec']> = {}): Promise<CertificateSigningRequest> => ({
  metadata: { name: 'csr' },
  spec: {
    request: btoa(await certificateRequest(subject)),
    signerName: 'kubernetes.io/kube-apiserver-client',
    usages: ['client auth'],
    ...spec,
  },
});
const approved = { conditions: [{ type: 'Approved', status: 'True' }] };

test('an approved request is signed, once', async () => {
  const authority = await createAuthority('ca');
  await using world = controllersOnFakes(certificateSigningController({ certificate: authority.cert, key: authority.key }));
  const { api, settle, clock } = world;
  const request = await api.create(certificateSigningRequests, await signing('CN=jane, O=developers', { expirationSeconds: 86400 }));
  await settle();
  expect((await api.get(certificateSigningRequests, { name: 'csr' })).status?.certificate).toBeUndefined();
  await api.updateStatus(certificateSigningRequests, { ...request, status: approved });
  const { status } = await vi.waitFor(async () => {
    await settle();
    const signed = await api.get(certificateSigningRequests, { name: 'csr' });
    expect(signed.status?.certificate).toBeTruthy();
    return signed;
  });
  const issued = new X509Certificate(atob(status?.certificate ?? ''));
  expect(issued.subject.split('\n')).toEqual(['CN=jane', 'O=developers']);
  expect(issued.verify(new X509Certificate(authority.cert).publicKey)).toBe(true);
  expect(issued.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  expect(issued.ca).toBe(false);
  expect(Math.round((issued.validToDate.getTime() - clock.now()) / HOUR)).toBe(24);
});

test('what a signer does not sign has failed', async () => {
  const authority = await createAuthority('ca');
  await using world = controllersOnFakes(certificateSigningController({ certificate: authority.cert, key: authority.key }));
  const { api, settle } = world;
  await api.create(certificateSigningRequests, {
    ...(await signing('CN=jane', { usages: ['client auth', 'server auth'] })),
    status: approved,
  });
  await settle();
  const { status } = await api.get(certificateSigningRequests, { name: 'csr' });
  expect(status?.conditions?.at(-1)).toMatchObject({
    type: 'Failed',
    status: 'True',
    reason: 'SignerValidationFailure',
    message: 'invalid usage for client certificate: server auth',
  });
  expect(status?.certificate).toBeUndefined();
});

test('a request for an unknown signer is left to others', async () => {
  const authority = await createAuthority('ca');
  await using world = controllersOnFakes(
    certificateSigningController({ certificate: authority.cert, key: authority.key }),
    certificateApprovingController,
  );
  const { api, settle } = world;
  await api.create(certificateSigningRequests, { ...(await signing('CN=jane', { signerName: 'example.com/own' })), status: approved });
  await settle();
  expect((await api.get(certificateSigningRequests, { name: 'csr' })).status).toEqual(approved);
  expect((await api.list(subjectAccessReviews)).items).toEqual([]);
});

test.each([
  { name: 'nobody decided on', hours: 24 },
  { name: 'denied', type: 'Denied', hours: 1 },
  { name: 'failed', type: 'Failed', hours: 1 },
  { name: 'issued', type: 'Approved', certificate: btoa('x'), hours: 1 },
  { name: 'approved and not issued', type: 'Approved', hours: 24 },
  { name: 'otherwise marked', type: 'Odd', hours: Number.POSITIVE_INFINITY },
])('a request $name is kept for $hours hours', ({ type, certificate, hours }) => {
  const lastUpdateTime = new Date(now).toISOString();
  const conditions = type ? [{ type, status: 'True', lastUpdateTime }] : [];
  const request = {
    metadata: { creationTimestamp: lastUpdateTime },
    spec: { request: '', signerName: '' },
    status: { conditions, certificate },
  };
  expect((endOf(request) - now) / HOUR).toBe(hours);
});

test('the cleaner comes when it is time', async () => {
  await using world = controllersOnFakes(certificateCleaner);
  const { api, clock, settle } = world;
  await api.create(certificateSigningRequests, await signing('CN=jane'));
  await settle();
  await clock.advance(23 * HOUR);
  expect((await api.list(certificateSigningRequests)).items).toHaveLength(1);
  await clock.advance(HOUR);
  expect((await api.list(certificateSigningRequests)).items).toHaveLength(0);
});
