import { createPublicKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { Authority } from './authority.ts';
import { controlPlanePki, createAuthorities, nodePki } from './cluster-certificates.ts';

test('an authority signs what it is asked for, also after it was loaded from PEM', async () => {
  const created = await Authority.create('kubernetes');
  const authority = await Authority.load(created.pair);
  const issued = new X509Certificate(
    (await authority.issue({ commonName: 'admin', organizations: ['system:masters'], usages: ['client'] })).cert,
  );
  expect(issued.verify(new X509Certificate(created.pair.cert).publicKey)).toBe(true);
  expect(issued.subject.split('\n')).toEqual(['O=system:masters', 'CN=admin']);
  expect(issued.ca).toBe(false);
});

test('the API server is known by names and loopback, never by a container address', async () => {
  const files = await controlPlanePki(await createAuthorities(), {
    nodeName: 'dev-control-plane',
    clusterDomain: 'cluster.local',
    serviceIP: '10.96.0.1',
  });
  const certificate = new X509Certificate(files['apiserver.crt']!);
  for (const host of ['dev-control-plane', 'localhost', 'kubernetes.default.svc.cluster.local'])
    expect(certificate.checkHost(host)).toBe(host);
  for (const ip of ['127.0.0.1', '10.96.0.1']) expect(certificate.checkIP(ip)).toBe(ip);
  expect(createPublicKey(files['sa.key']!).equals(createPublicKey(files['sa.pub']!))).toBe(true);
});

test('a kubelet serves with a certificate for its node name', async () => {
  const certificate = new X509Certificate((await nodePki(await createAuthorities(), 'dev-worker'))['kubelet.crt']!);
  expect(certificate.checkHost('dev-worker')).toBe('dev-worker');
  expect(certificate.checkHost('dev-worker2')).toBeUndefined();
});
