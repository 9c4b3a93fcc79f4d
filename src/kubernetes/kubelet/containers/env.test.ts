import { expect, test } from 'vitest';
import { podOf } from '../../../../test/support/kubelet-pods.ts';
import type { EnvVar, Service } from '../../api/generated/core-v1.ts';
import type { EnvSources } from './env.ts';
import { environmentOf } from './env.ts';

const service = (namespace: string, name: string, clusterIP: string, ports: { name?: string; port: number }[]): Service => ({
  metadata: { namespace, name },
  spec: { clusterIP, ports },
});

const sources: EnvSources = {
  facts: {
    podIPs: ['10.0.0.1', 'fd00::1'],
    hostIPs: ['172.18.0.2'],
    nodeName: 'node-1',
    allocatable: { cpuMilli: 2000, memory: 1024 ** 3, ephemeralStorage: 0 },
  },
  configMap: async (_, name) => (name === 'settings' ? { metadata: { name }, data: { MODE: 'fast', COLOR: 'red' } } : undefined),
  secret: async (_, name) => (name === 'login' ? { metadata: { name }, data: { password: btoa('geheim') } } : undefined),
  services: () => [
    service('default', 'kubernetes', '10.96.0.1', [{ name: 'https', port: 443 }]),
    service('default', 'my-db', '10.96.0.7', [{ port: 5432 }]),
    service('other', 'far', '10.96.0.8', [{ port: 1 }]),
  ],
  fileValue: async () => undefined,
};

const environment = async (env: EnvVar[], more: object = {}, spec: object = {}) => {
  const container = { name: 'app', env, ...more };
  return await environmentOf(podOf({ containers: [container], ...spec }, { labels: { tier: 'web' } }), container, sources);
};

test('later variables can use earlier ones and services', async () => {
  const env = await environment([
    { name: 'A', value: '1' },
    { name: 'B', value: '$(A)-$(MY_DB_SERVICE_HOST)-$(C)' },
    { name: 'C', value: 'x' },
  ]);
  expect(env.get('B')).toBe('1-10.96.0.7-$(C)');
});

test('services of the namespace and the API server are variables', async () => {
  const env = await environment([]);
  expect(env.get('KUBERNETES_SERVICE_PORT_HTTPS')).toBe('443');
  expect(env.get('MY_DB_PORT_5432_TCP')).toBe('tcp://10.96.0.7:5432');
  expect([...env.keys()].some((name) => name.startsWith('FAR'))).toBe(false);
});

test('without service links only the API server is', async () => {
  const env = await environment([], {}, { enableServiceLinks: false });
  expect([env.has('KUBERNETES_SERVICE_HOST'), env.has('MY_DB_SERVICE_HOST')]).toEqual([true, false]);
});

test('env wins over envFrom, envFrom over services', async () => {
  const env = await environment([{ name: 'MODE', value: 'slow' }], {
    envFrom: [{ configMapRef: { name: 'settings' } }, { prefix: 'S_', secretRef: { name: 'login' } }],
  });
  expect([env.get('MODE'), env.get('COLOR'), env.get('S_password')]).toEqual(['slow', 'red', 'geheim']);
});

test.each([
  { fieldPath: 'metadata.name', value: 'web' },
  { fieldPath: "metadata.labels['tier']", value: 'web' },
  { fieldPath: 'status.podIPs', value: '10.0.0.1,fd00::1' },
  { fieldPath: 'status.hostIP', value: '172.18.0.2' },
  { fieldPath: 'spec.nodeName', value: 'node-1' },
])('field $fieldPath', async ({ fieldPath, value }) => {
  expect((await environment([{ name: 'X', valueFrom: { fieldRef: { fieldPath } } }])).get('X')).toBe(value);
});

test.each([
  { resource: 'limits.cpu', divisor: '1m', value: '2000', why: 'no limit: what the node has' },
  { resource: 'requests.memory', divisor: '1Mi', value: '65', why: 'rounded up' },
  { resource: 'requests.cpu', divisor: '0', value: '1', why: 'whole CPUs, rounded up' },
])('resource $resource: $why', async ({ resource, divisor, value }) => {
  const resources = { requests: { cpu: '250m', memory: '64.5Mi' } };
  expect((await environment([{ name: 'X', valueFrom: { resourceFieldRef: { resource, divisor } } }], { resources })).get('X')).toBe(value);
});

test.each([
  { from: { configMapKeyRef: { name: 'gone', key: 'k' } }, message: 'configmap "gone" not found' },
  { from: { configMapKeyRef: { name: 'settings', key: 'k' } }, message: "couldn't find key k in ConfigMap default/settings" },
  { from: { secretKeyRef: { name: 'login', key: 'k' } }, message: "couldn't find key k in Secret default/login" },
])('$message', async ({ from, message }) => {
  await expect(environment([{ name: 'X', valueFrom: from }])).rejects.toMatchObject({ reason: 'CreateContainerConfigError', message });
});

test('what is optional may be missing', async () => {
  const env = await environment([{ name: 'X', valueFrom: { configMapKeyRef: { name: 'gone', key: 'k', optional: true } } }]);
  expect(env.has('X')).toBe(false);
});
