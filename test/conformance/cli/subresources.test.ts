import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Deployment } from '../../../src/kubernetes/api/generated/apps-v1.ts';
import { IMAGE, uniqueSuffix } from '../../support/conformance-cluster.ts';
import { behaviour, type Space, templateOf } from '../../support/conformance-space.ts';
import { eventually, finish } from '../../support/process.ts';

const deployment = (replicas: number, labels: Record<string, string>) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { replicas, selector: { matchLabels: labels }, template: templateOf({ labels, containers: [{ run: 'sleep 600' }] }) },
});
const ready = (space: Space) => space.kubectl('rollout', 'status', 'deployment/web', '--timeout=90s');
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());

behaviour('create token: for an audience, for a time, for a pod', async (space) => {
  const pod = await space.pod({ containers: [{ run: 'sleep 600' }] });
  const { uid } = (await space.ready(pod)).metadata;
  const token = await space.kubectl('create', 'token', 'default', '--audience=a', '--audience=b', '--duration=20m');
  const { aud, exp, iat, sub } = claimsOf(token);
  expect({ aud, seconds: exp - iat, sub }).toEqual({
    aud: ['a', 'b'],
    seconds: 1200,
    sub: `system:serviceaccount:${space.namespace}:default`,
  });
  const bound = await space.kubectl('create', 'token', 'default', '--bound-object-kind=Pod', `--bound-object-name=${pod}`);
  expect(claimsOf(bound)['kubernetes.io'].pod).toEqual({ name: pod, uid });
  expect((await space.kubectl.try('create', 'token', 'default', '--duration=1m')).stderr).toContain(
    'spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
  );
  const other = await space.kubectl.try(
    'create',
    'token',
    'default',
    '--bound-object-kind=Pod',
    `--bound-object-name=${pod}`,
    '--bound-object-uid=x',
  );
  expect(other.stderr).toContain('the UID in the bound object reference (x) does not match the UID in record');
});

behaviour('scale: how many, and only from how many', async (space) => {
  await space.apply(deployment(1, { app: 'scaled' }));
  await space.kubectl('scale', 'deployment/web', '--replicas=2');
  const refused = await space.kubectl.try('scale', 'deployment/web', '--current-replicas=5', '--replicas=3');
  expect(refused.stderr).toContain('Expected replicas to be 5, was 2');
  const old = await space.kubectl.try('scale', 'deployment/web', '--resource-version=1', '--replicas=3');
  expect(old.code).not.toBe(0);
  await space.kubectl('patch', 'deployment', 'web', '--subresource=scale', '--type=merge', '-p', '{"spec":{"replicas":0}}');
  expect(await space.kubectl('get', 'deployment', 'web', '--subresource=scale', '-o', 'jsonpath={.kind} {.status.selector}')).toBe(
    'Scale app=scaled',
  );
});

behaviour('debug: a container is added to a pod that runs', async (space) => {
  const pod = await space.pod({ containers: [{ run: 'sleep 600' }] });
  await space.ready(pod);
  await space.kubectl('debug', pod, `--image=${IMAGE}`, '--image-pull-policy=IfNotPresent', '-c', 'look', '--', 'sh', '-c', 'echo looked');
  await space.podIs(pod, ({ spec, status }) => {
    expect(spec?.ephemeralContainers).toMatchObject([{ name: 'look', image: IMAGE }]);
    expect(status?.ephemeralContainerStatuses).toMatchObject([{ name: 'look', state: { terminated: { exitCode: 0 } } }]);
  });
  expect(await space.kubectl('logs', pod, '-c', 'look')).toBe('looked\n');
});

behaviour('replace --force: another object under the name', async (space) => {
  const config = (data: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'replaced' }, data });
  await space.apply(config({ a: '1' }));
  const before = await space.kubectl('get', 'configmap', 'replaced', '-o', 'jsonpath={.metadata.uid}');
  const file = join(tmpdir(), `replaced-${uniqueSuffix()}.json`);
  await writeFile(file, JSON.stringify(config({ a: '2' })));
  await space.kubectl('replace', '--force', '-f', file);
  const [uid, a] = (await space.kubectl('get', 'configmap', 'replaced', '-o', 'jsonpath={.metadata.uid} {.data.a}')).split(' ');
  expect(a).toBe('2');
  expect(uid).not.toBe(before);
});

behaviour('edit and patch of a status, and of nothing but that', async (space) => {
  await space.apply(deployment(0, { app: 'edited' }));
  const get = () => space.kubectl.json<Deployment>('get', 'deployment', 'web');
  const { generation } = await eventually(async () => {
    const { metadata, status } = await get();
    expect(metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1');
    expect(status?.observedGeneration).toBe(metadata.generation);
    return metadata;
  });
  const condition = { type: 'Mine', status: 'True', lastUpdateTime: null, lastTransitionTime: null, reason: 'R', message: 'm' };
  const patch = JSON.stringify({ spec: { replicas: 5 }, status: { conditions: [condition] } });
  await space.kubectl('patch', 'deployment', 'web', '--subresource=status', '-p', patch);
  const { spec, metadata } = await get();
  expect([spec?.replicas, metadata.generation]).toEqual([0, generation]);
  const edited = await finish('kubectl', ['-n', space.namespace, 'edit', 'deployment', 'web', '--subresource=status'], {
    env: { KUBECONFIG: space.kubeconfig, KUBE_EDITOR: 'sed -i s/reason:\\ R$/reason:\\ Edited/' },
  });
  expect(edited.stdout).toContain('deployment.apps/web edited');
  const reasons = await space.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.status.conditions[?(@.type=="Mine")].reason}');
  expect(reasons).toBe('Edited');
});

behaviour('patch --subresource=resize: what a running container gets', async (space) => {
  const resources = { requests: { cpu: '20m' }, limits: { cpu: '40m' } };
  const pod = await space.pod({ containers: [{ run: 'sleep 600', resources }] });
  await space.ready(pod);
  const resize = (to: object) => {
    const patch = JSON.stringify({ spec: { containers: [{ name: 'main', resources: to }] } });
    return space.kubectl.try('patch', 'pod', pod, '--subresource=resize', '-p', patch);
  };
  expect((await resize({ limits: null })).stderr).toContain('resource limits cannot be removed');
  expect((await resize({ requests: { 'ephemeral-storage': '1Gi' } })).stderr).toContain('only cpu and memory resources are mutable');
  expect((await resize({ requests: { cpu: '30m' }, limits: { cpu: '60m' } })).code).toBe(0);
  await space.podIs(pod, ({ status }) => expect(status?.containerStatuses?.[0]?.resources?.limits?.cpu).toBe('60m'));
});

behaviour('drain waits for the disruption budget', async (space) => {
  const labels = { app: `guarded-${uniqueSuffix()}` };
  await space.apply(deployment(1, labels), {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'budget' },
    spec: { minAvailable: 1, selector: { matchLabels: labels } },
  });
  await ready(space);
  await space.kubectl('wait', 'pdb/budget', '--for=jsonpath={.status.currentHealthy}=1', '--timeout=30s');
  const [node = ''] = (await space.kubectl('get', 'pods', '-l', `app=${labels.app}`, '-o', 'jsonpath={.items[*].spec.nodeName}')).split(
    ' ',
  );
  const drain = (timeout: string) => space.kubectl.try('drain', node, `--pod-selector=app=${labels.app}`, `--timeout=${timeout}`);
  try {
    const refused = await drain('7s');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain("Cannot evict pod as it would violate the pod's disruption budget.");
    await space.kubectl('patch', 'pdb', 'budget', '--type=merge', '-p', '{"spec":{"minAvailable":0}}');
    const drained = await eventually(async () => {
      const again = await drain('60s');
      expect(again.code).toBe(0);
      return again;
    });
    expect(drained.stdout).toContain(`node/${node} drained`);
  } finally {
    await space.kubectl('uncordon', node);
  }
});
