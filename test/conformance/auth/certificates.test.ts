import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CertificatesV1Api,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  type V1CertificateSigningRequest,
  Watch,
} from '@kubernetes/client-node';
import { expect } from 'vitest';
import { requestWithKey } from '../../support/certificate-request.ts';
import { behaviour, type Space } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

const ROOT = '/apis/certificates.k8s.io';
const MERGE = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

function clientOf(space: Space): { config: KubeConfig; api: CertificatesV1Api } {
  const config = new KubeConfig();
  config.loadFromFile(space.kubeconfig);
  return { config, api: config.makeApiClient(CertificatesV1Api) };
}

const signing = (name: string, request: string, spec: object = {}): V1CertificateSigningRequest => ({
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  metadata: { name },
  spec: { request: btoa(request), signerName: `example.com/${name}`, usages: ['client auth'], expirationSeconds: 3600, ...spec },
});

behaviour('signing requests can be discovered', async (space) => {
  const read = async (path: string) => JSON.parse(await space.kubectl('get', '--raw', path));
  expect((await read('/apis')).groups.map(({ name }: { name: string }) => name)).toContain('certificates.k8s.io');
  expect((await read(ROOT)).versions).toContainEqual({ groupVersion: 'certificates.k8s.io/v1', version: 'v1' });
  const names = (await read(`${ROOT}/v1`)).resources.map(({ name }: { name: string }) => name);
  for (const part of ['', '/approval', '/status']) expect(names).toContain(`certificatesigningrequests${part}`);
});

behaviour('signing requests: every verb, of approval and status too', async (space) => {
  const { config, api } = clientOf(space);
  const name = space.namespace;
  const [fieldSelector, { request }] = [`spec.signerName=example.com/${name}`, await requestWithKey('CN=e2e-user')];
  const events: string[] = [];
  const watch = await new Watch(config).watch(
    `${ROOT}/v1/certificatesigningrequests`,
    { fieldSelector },
    (type) => events.push(type),
    () => {},
  );
  const created = await api.createCertificateSigningRequest({ body: signing(name, request) });
  expect(created.spec).toMatchObject({ expirationSeconds: 3600, username: expect.any(String) });
  expect((await api.readCertificateSigningRequest({ name })).metadata?.uid).toBe(created.metadata?.uid);
  expect((await api.listCertificateSigningRequest({ fieldSelector })).items).toHaveLength(1);
  const patched = await api.patchCertificateSigningRequest({ name, body: { metadata: { annotations: { patched: 'true' } } } }, MERGE);
  const annotations = { ...patched.metadata?.annotations, updated: 'true' };
  const updated = await api.replaceCertificateSigningRequest({
    name,
    body: { ...patched, metadata: { ...patched.metadata, annotations } },
  });
  expect(updated.metadata?.annotations).toEqual({ patched: 'true', updated: 'true' });

  expect((await api.readCertificateSigningRequestApproval({ name })).metadata?.uid).toBe(created.metadata?.uid);
  const noted = await api.patchCertificateSigningRequestApproval(
    {
      name,
      body: {
        metadata: { annotations: { noted: 'true' } },
        status: { conditions: [{ type: 'ApprovalPatch', status: 'True', reason: 'e2e' }] },
      },
    },
    MERGE,
  );
  expect(noted.metadata?.annotations?.noted).toBe('true');
  const approval = { type: 'Approved', status: 'True', reason: 'e2e', message: 'set from an e2e test' };
  const conditions = [...(noted.status?.conditions ?? []), approval];
  const approved = await api.replaceCertificateSigningRequestApproval({
    name,
    body: { ...noted, status: { ...noted.status, conditions } },
  });
  expect(approved.status?.conditions?.map(({ type }) => type)).toEqual(['ApprovalPatch', 'Approved']);

  expect((await api.readCertificateSigningRequestStatus({ name })).metadata?.uid).toBe(created.metadata?.uid);
  const { stdout } = await space.kubectl.try('config', 'view', '--raw', '-o', 'jsonpath={.clusters[0].cluster.certificate-authority-data}');
  const issued = await api.patchCertificateSigningRequestStatus(
    { name, body: { metadata: { annotations: { issued: 'true' } }, status: { certificate: stdout } } },
    MERGE,
  );
  expect(issued.status?.certificate).toBe(stdout);
  const more = [...(issued.status?.conditions ?? []), { type: 'StatusUpdate', status: 'True', reason: 'e2e' }];
  const finished = await api.replaceCertificateSigningRequestStatus({
    name,
    body: { ...issued, status: { ...issued.status, conditions: more } },
  });
  expect(finished.status).toMatchObject({ certificate: stdout, conditions: { length: 3 } });

  await api.deleteCertificateSigningRequest({ name });
  await expect(api.readCertificateSigningRequest({ name })).rejects.toMatchObject({ code: 404 });
  for (const index of [0, 1]) {
    const body = { ...signing(name, request), metadata: { name: `${name}-${index}` } };
    await api.createCertificateSigningRequest({ body });
  }
  await api.deleteCollectionCertificateSigningRequest({ fieldSelector });
  expect((await api.listCertificateSigningRequest({ fieldSelector })).items).toEqual([]);
  await eventually(async () => expect(events.filter((type) => type === 'DELETED')).toHaveLength(3));
  expect(events[0]).toBe('ADDED');
  watch.abort();
});

behaviour('who is given a certificate is who it says', async (space) => {
  const name = space.namespace;
  const { request, key } = await requestWithKey(`CN=${name}, O=developers`);
  await space.apply({
    ...signing(name, request),
    spec: { ...signing(name, request).spec, signerName: 'kubernetes.io/kube-apiserver-client' },
  });
  await space.kubectl('certificate', 'approve', name);
  const certificate = await eventually(async () => {
    const found = await space.kubectl('get', 'csr', name, '-o', 'jsonpath={.status.certificate}');
    expect(found).not.toBe('');
    return atob(found);
  });
  expect(await space.kubectl('get', 'csr', name)).toContain('Approved,Issued');
  const config = JSON.parse(await space.kubectl('config', 'view', '--raw', '--minify', '-o', 'json'));
  config.users[0].user = { 'client-certificate-data': btoa(certificate), 'client-key-data': btoa(key) };
  const folder = await mkdtemp(join(tmpdir(), 'certificate-'));
  try {
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, JSON.stringify(config));
    const { status } = JSON.parse(await space.kubectl('auth', 'whoami', '-o', 'json', '--kubeconfig', kubeconfig));
    expect(status.userInfo).toMatchObject({ username: name, groups: ['developers', 'system:authenticated'] });
  } finally {
    await rm(folder, { recursive: true });
    await space.kubectl('delete', 'csr', name);
  }
});

behaviour('a request that is denied is not signed', async (space) => {
  const name = space.namespace;
  const { request } = await requestWithKey(`CN=${name}`);
  await space.apply({
    ...signing(name, request),
    spec: { ...signing(name, request).spec, signerName: 'kubernetes.io/kube-apiserver-client' },
  });
  await space.kubectl('certificate', 'deny', name);
  expect(await space.kubectl('get', 'csr', name)).toMatch(/ Denied\n$/);
  const approval = await space.kubectl.try('certificate', 'approve', name);
  expect(approval.code).not.toBe(0);
  await space.kubectl('delete', 'csr', name);
});
