import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Deployment } from '../../../src/kubernetes/api/generated/apps-v1.ts';
import type { Pod, Service } from '../../../src/kubernetes/api/generated/core-v1.ts';
import { IMAGE, uniqueSuffix } from '../../support/conformance-cluster.ts';
import { behaviour, podOf, type Space, templateOf } from '../../support/conformance-space.ts';
import { eventually, Printed } from '../../support/process.ts';

const controller = (labels: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ReplicationController',
  metadata: { name: 'primary', labels },
  spec: {
    replicas: 1,
    selector: labels,
    template: templateOf({
      labels,
      containers: [{ run: 'echo ready to serve; sleep 600', ports: [{ containerPort: 6379, name: 'port' }] }],
    }),
  },
});
const labels = { app: 'agnhost', role: 'primary' };

async function running(space: Space): Promise<string> {
  await space.apply(controller(labels));
  await space.kubectl('wait', 'rc/primary', '--for=jsonpath={.status.readyReplicas}=1', '--timeout=60s');
  return await space.kubectl('get', 'pods', '-l', 'app=agnhost', '-o', 'jsonpath={.items[0].metadata.name}');
}

behaviour('describe: controllers, pods, services, nodes and namespaces', async (space) => {
  const pod = await running(space);
  await space.kubectl('expose', 'rc', 'primary', '--port=6379', '--target-port=port');
  const described = async (...args: string[]) => await space.kubectl('describe', ...args);
  const rc = await described('rc', 'primary');
  for (const part of [
    'Name:',
    'primary',
    'Namespace:',
    'Selector:',
    'app=agnhost,role=primary',
    'Image:',
    'Replicas:',
    '1 current / 1 desired',
    'Pods Status:',
    '1 Running',
    'SuccessfulCreate',
  ])
    expect(rc).toContain(part);
  for (const part of [
    'Name:',
    'Status:',
    'Running',
    'IP:',
    'Controlled By:',
    'ReplicationController/primary',
    'QoS Class:',
    'BestEffort',
    'Events:',
    'Scheduled',
    'Started',
  ])
    expect(await described('pod', pod)).toContain(part);
  for (const part of ['Selector:', 'Type:', 'ClusterIP', 'IP:', 'Port:', '6379/TCP', 'Endpoints:', 'Session Affinity:'])
    expect(await described('service', 'primary')).toContain(part);
  const [node] = (await space.kubectl('get', 'nodes', '-o', 'name')).split('\n');
  for (const part of [
    'Labels:',
    'CreationTimestamp:',
    'Conditions:',
    'Ready',
    'KubeletReady',
    'Addresses:',
    'Capacity:',
    'Kernel Version:',
    'Kubelet Version:',
    'Non-terminated Pods:',
    'Allocated resources:',
  ])
    expect(await described(node!)).toContain(part);
  expect(await described('namespace', space.namespace)).toMatch(/Status: +Active/);
});

behaviour('expose: a controller, and a service', async (space) => {
  await running(space);
  await space.kubectl('expose', 'rc', 'primary', '--name=rm2', '--port=1234', '--target-port=6379');
  await space.kubectl('expose', 'service', 'rm2', '--name=rm3', '--port=2345', '--target-port=6379');
  for (const [name, port] of [
    ['rm2', 1234],
    ['rm3', 2345],
  ] as const) {
    const { spec } = await space.kubectl.json<Service>('get', 'service', name);
    expect(spec?.ports?.[0]).toMatchObject({ port, targetPort: 6379 });
    await eventually(async () =>
      expect(await space.kubectl('get', 'endpoints', name, '-o', 'jsonpath={.subsets[*].ports[*].port}')).toBe('6379'),
    );
  }
});

behaviour('label, annotate and patch pods', async (space) => {
  const pod = await running(space);
  await space.kubectl('label', 'pod', pod, 'testing-label=value');
  expect(await space.kubectl('get', 'pod', pod, '-L', 'testing-label')).toContain('value');
  await space.kubectl('label', 'pod', pod, 'testing-label-');
  expect(await space.kubectl('get', 'pod', pod, '-L', 'testing-label')).not.toContain('value');
  await space.kubectl('patch', 'pod', pod, '-p', '{"metadata":{"annotations":{"x":"y"}}}');
  expect((await space.getPod(pod)).metadata.annotations?.x).toBe('y');
});

behaviour('run, replace and a dry run on the server', async (space) => {
  await space.kubectl('run', 'once', '--restart=Never', `--image=${IMAGE}`, '--labels=run=once', '--', 'sleep', '600');
  const pod = await space.ready('once');
  expect(pod.spec).toMatchObject({ restartPolicy: 'Never', containers: [{ image: IMAGE, args: ['sleep', '600'] }] });
  const changed = { ...pod, spec: { ...pod.spec, containers: [{ ...pod.spec!.containers[0], image: 'other.invalid/image:2' }] } };
  const patch = JSON.stringify({ spec: { containers: [{ name: 'once', image: 'other.invalid/image:2' }] } });
  await space.kubectl('patch', 'pod', 'once', '-p', patch, '--dry-run=server');
  expect((await space.getPod('once')).spec?.containers[0]?.image).toBe(IMAGE);
  const child = space.kubectl.start('replace', '-f', '-');
  const printed = new Printed(child);
  child.stdin?.end(JSON.stringify(changed));
  await printed.waitFor(/pod\/once replaced/);
  expect((await space.getPod('once')).spec?.containers[0]?.image).toBe('other.invalid/image:2');
});

behaviour('diff finds what an apply would change', async (space) => {
  const deployment = (image: string) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { selector: { matchLabels: labels }, template: templateOf({ labels, containers: [{ image, run: 'sleep 600' }] }) },
  });
  await space.apply(deployment(IMAGE));
  const child = space.kubectl.start('diff', '-f', '-');
  const printed = new Printed(child);
  child.stdin?.end(JSON.stringify(deployment('busybox:2')));
  await printed.waitFor(/\+ +(- )?image: busybox:2/);
  expect((await space.kubectl.json<Deployment>('get', 'deployment', 'web')).spec.template.spec?.containers[0]?.image).toBe(IMAGE);
});

behaviour('logs: tail, limit, timestamps, since', async (space) => {
  const pod = await space.pod({ restartPolicy: 'Never', containers: [{ run: 'for i in $(seq 100); do echo line $i; done' }] });
  await space.podIs(pod, ({ status }) => expect(status?.phase).toBe('Succeeded'));
  const logs = (...args: string[]) => space.kubectl('logs', pod, ...args);
  expect(await logs('--tail=1')).toBe('line 100\n');
  expect(await logs('--limit-bytes=1')).toBe('l');
  expect(await logs('--tail=1', '--timestamps')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z line 100\n$/);
  expect((await logs('--since=24h')).split('\n')).toHaveLength(101);
});

behaviour('api-versions, cluster-info, version', async (space) => {
  expect((await space.kubectl('api-versions')).split('\n')).toContain('v1');
  const info = await space.kubectl('cluster-info');
  expect(info).toContain('Kubernetes control plane');
  expect(info).toContain('is running at');
  const version = await space.kubectl('version');
  for (const part of ['Client Version', 'Server Version']) expect(version).toContain(part);
});

const getVia = (where: { socketPath: string } | { port: number }) =>
  new Promise<string>((resolve, reject) => {
    const asked = request({ ...where, path: '/api/' }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
    asked.on('error', reject);
    asked.end();
  });

behaviour('proxy, at a port of its choice and at a socket', async (space) => {
  const byPort = space.kubectl.start('proxy', '--port=0');
  const socketPath = join(tmpdir(), `proxy-${uniqueSuffix()}.sock`);
  const bySocket = space.kubectl.start('proxy', `--unix-socket=${socketPath}`);
  try {
    const [, port] = await new Printed(byPort).waitFor(/Starting to serve on 127\.0\.0\.1:(\d+)/);
    expect(await getVia({ port: Number(port) })).toContain('APIVersions');
    await eventually(async () => expect(await getVia({ socketPath })).toContain('APIVersions'), 20);
  } finally {
    byPort.kill();
    bySocket.kill();
  }
});

behaviour('several objects of a manifest are made, validated and removed together', async (space) => {
  const list = {
    apiVersion: 'v1',
    kind: 'List',
    items: [podOf({ name: 'one', containers: [{ run: 'sleep 600' }] }), podOf({ name: 'two', containers: [{ run: 'sleep 600' }] })],
  };
  await space.kubectl.apply(JSON.stringify(list));
  const wrong = podOf({ name: 'wrong', containers: [{ run: 'true' }] });
  await expect(space.kubectl.apply(JSON.stringify({ ...wrong, spec: { ...wrong.spec, nonsense: 1 } }))).rejects.toThrow(
    /unknown field "spec.nonsense"/,
  );
  await space.kubectl('delete', 'pod', 'one', 'two', '--now');
  expect((await space.kubectl.json<{ items: Pod[] }>('get', 'pods')).items).toEqual([]);
});
