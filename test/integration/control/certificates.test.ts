import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CertificateSigningRequest } from '../../../src/kubernetes/api/generated/certificates-v1.ts';
import {
  certificateSigningRequests,
  clusterRoleBindings,
  clusterRoles,
  nodes,
  persistentVolumes,
  volumeAttributesClasses,
} from '../../../src/kubernetes/api/resources.ts';
import { certificateRequest, requestWithKey } from '../../support/certificate-request.ts';
import { startControlPlane, type TestControlPlane } from '../../support/control-plane.ts';

let plane: TestControlPlane;
beforeAll(async () => {
  plane = await startControlPlane({ nodes: [] });
});
afterAll(() => plane[Symbol.asyncDispose]());

const PATH = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const CLIENT = 'kubernetes.io/kube-apiserver-client';
const KUBELET = 'kubernetes.io/kube-apiserver-client-kubelet';

const signing = (name: string, request: string, spec: Partial<CertificateSigningRequest['spec']> = {}): CertificateSigningRequest => ({
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  metadata: { name },
  spec: { request: btoa(request), signerName: CLIENT, usages: ['client auth'], ...spec },
});

const until = (name: string, condition: (request: CertificateSigningRequest) => boolean) =>
  plane.untilOne(certificateSigningRequests, name, (found) => found !== undefined && condition(found));

/** Approves, or denies, as kubectl does. */
async function decide(name: string, type: 'Approved' | 'Denied', client?: { cert: string; key: string }) {
  const request = await plane.api.get(certificateSigningRequests, { name });
  const body = { ...request, status: { conditions: [{ type, status: 'True', reason: 'ByTest', message: 'so be it' }] } };
  return plane.server.call('PUT', `${PATH}/${name}/approval`, { body, ...(client ? { client } : {}) });
}

test('an approved request becomes a certificate that authenticates', async () => {
  const { request, key } = await requestWithKey('CN=jane, O=developers');
  await plane.api.create(certificateSigningRequests, signing('jane', request));
  expect((await decide('jane', 'Approved')).code).toBe(200);
  const issued = await until('jane', ({ status }) => Boolean(status?.certificate));
  const client = { cert: atob(issued?.status?.certificate ?? ''), key };
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {} };
  const { body } = await plane.server.call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body: review, client });
  expect(body.status.userInfo).toMatchObject({ username: 'jane', groups: ['developers', 'system:authenticated'] });
});

test('a request shows who made it, whatever it says', async () => {
  const client = await plane.server.sign({ commonName: 'joe', organisations: ['askers'] });
  await plane.api.create(clusterRoles, {
    metadata: { name: 'asker' },
    rules: [
      {
        apiGroups: ['certificates.k8s.io'],
        resources: ['certificatesigningrequests', 'certificatesigningrequests/approval'],
        verbs: ['*'],
      },
    ],
  });
  await plane.api.create(clusterRoleBindings, {
    metadata: { name: 'asker' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'asker' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'askers' }],
  });
  const body = signing('joe', await certificateRequest('CN=boss'), { username: 'boss', groups: ['system:masters'] });
  const created = await plane.server.call('POST', PATH, { body, client });
  expect(created.code).toBe(201);
  expect(created.body.spec).toMatchObject({ username: 'joe', groups: ['askers', 'system:authenticated'] });
  expect(created.body.spec.extra['authentication.kubernetes.io/credential-id'][0]).toMatch(/^X509SHA256=/);
  expect(created.body.status).toEqual({});
  const changed = await plane.server.call('PUT', `${PATH}/joe`, {
    body: { ...created.body, spec: { ...created.body.spec, username: 'boss' }, status: { certificate: btoa('x') } },
  });
  expect(changed.code).toBe(200);
  expect(changed.body.spec.username).toBe('joe');
  expect(changed.body.status).toEqual({});

  // Who may write the approval must also be allowed to approve for the signer.
  const forbidden = await decide('joe', 'Approved', client);
  expect(forbidden.code).toBe(403);
  expect(forbidden.body.message).toContain(`user not permitted to approve requests with signerName "${CLIENT}"`);
});

test('nobody asks to be a master, or without the key', async () => {
  const master = await plane.server.call('POST', PATH, { body: signing('master', await certificateRequest('CN=x, O=system:masters')) });
  expect(master.code).toBe(403);
  expect(master.body.message).toContain('use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed');
  const request = await certificateRequest('CN=aaaa');
  // The name is changed after it was signed.
  const der = Buffer.from(request.replace(/-----[^-]*-----/g, ''), 'base64');
  der.write('bbbb', der.indexOf('aaaa'));
  const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
  const refused = await plane.server.call('POST', PATH, { body: signing('forged', forged) });
  expect(refused.code).toBe(422);
  expect(refused.body.details.causes).toMatchObject([{ field: 'spec.request' }]);
  expect(refused.body.message).toContain('x509: ECDSA verification failure');
});

test('decisions stand, and status and approval keep to their own', async () => {
  await plane.api.create(certificateSigningRequests, signing('rules', await certificateRequest('CN=x'), { signerName: 'example.com/own' }));
  expect((await decide('rules', 'Approved')).code).toBe(200);
  const denied = await decide('rules', 'Denied');
  expect(denied.code).toBe(422);
  expect(denied.body.message).toContain('status.conditions: Forbidden: updates may not remove a condition of type "Approved"');

  const request = await plane.api.get(certificateSigningRequests, { name: 'rules' });
  expect(request.status?.conditions?.[0]).toMatchObject({ lastUpdateTime: expect.any(String), lastTransitionTime: expect.any(String) });
  const writeStatus = (status: object) =>
    plane.server.call('PUT', `${PATH}/rules/status`, { body: { ...request, metadata: { name: 'rules' }, status } });
  const both = await writeStatus({ conditions: [...(request.status?.conditions ?? []), { type: 'Denied', status: 'True' }] });
  expect(both.code).toBe(422);
  expect(both.body.message).toContain('updates may not add a condition of type "Denied"');
  const odd = await writeStatus({ conditions: request.status?.conditions, certificate: btoa('no certificate') });
  expect(odd.body.message).toContain(
    'status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block',
  );
  const { cert } = await plane.server.sign({ commonName: 'x' });
  expect((await writeStatus({ conditions: request.status?.conditions, certificate: btoa(cert) })).code).toBe(200);
  const other = await plane.server.sign({ commonName: 'y' });
  const again = await writeStatus({ conditions: request.status?.conditions, certificate: btoa(other.cert) });
  expect(again.body.message).toContain('status.certificate: Forbidden: updates may not modify existing certificate content');
});

test('what kubelets ask for is approved for those who may', async () => {
  const subject = 'O=system:nodes, CN=system:node:n1';
  const client = await plane.server.sign({ commonName: 'system:node:n1', organisations: ['system:nodes'] });
  const spec = { signerName: KUBELET, usages: ['client auth', 'digital signature'] as never };
  await plane.api.create(nodes, { metadata: { name: 'n1' }, spec: {} });
  const post = async (name: string, of = subject) =>
    plane.server.call('POST', PATH, { body: signing(name, await certificateRequest(of), spec), client });
  const foreign = await post('foreign', 'O=system:nodes, CN=system:node:n2');
  expect(foreign.code).toBe(403);
  expect(foreign.body.message).toContain('can only create a node CSR with CN=system:node:n1');
  expect((await post('before')).code).toBe(201);
  await plane.api.create(clusterRoleBindings, {
    metadata: { name: 'renewal' },
    roleRef: {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: 'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient',
    },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:nodes' }],
  });
  expect((await post('after')).code).toBe(201);
  const approved = await until('after', ({ status }) => Boolean(status?.certificate));
  expect(approved?.status?.conditions?.[0]).toMatchObject({
    type: 'Approved',
    reason: 'AutoApproved',
    message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
  });
});

test('a class of volume attributes stays while a volume has it', async () => {
  const { api } = plane;
  await api.create(volumeAttributesClasses, { metadata: { name: 'fast' }, driverName: 'disks.example.com', parameters: { iops: '9' } });
  await api.create(persistentVolumes, {
    metadata: { name: 'disk' },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      csi: { driver: 'disks.example.com', volumeHandle: 'd' },
      volumeAttributesClassName: 'fast',
    },
  });
  await plane.until(persistentVolumes, (all) => all.some(({ status }) => status?.phase === 'Available'));
  expect(await api.delete(volumeAttributesClasses, { name: 'fast' })).toMatchObject({
    metadata: { finalizers: ['kubernetes.io/vac-protection'] },
  });
  await api.delete(persistentVolumes, { name: 'disk' });
  await plane.untilOne(volumeAttributesClasses, 'fast', (found) => found === undefined);
});
