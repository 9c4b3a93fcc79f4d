import { expect, test } from 'vitest';
import { decode, encode } from './codec.ts';

test('a message with everything in it comes back as it was', () => {
  const config = {
    metadata: { name: 'app', attempt: 3 },
    image: { image: 'busybox', annotations: { a: '1' } },
    command: ['sh', '-c'],
    envs: [{ key: 'K', value: Buffer.from('v€') }],
    mounts: [{ containerPath: '/a', hostPath: '/b', readonly: true, propagation: 2 }],
    labels: { x: 'y', empty: '' },
    tty: true,
    linux: {
      resources: { memoryLimitInBytes: 4 * 1024 ** 3, oomScoreAdj: -997, cpuQuota: 50_000 },
      securityContext: { runAsUser: { value: 0 }, supplementalGroups: [1, 2] },
    },
  };
  const back = decode('CreateContainerRequest', encode('CreateContainerRequest', { podSandboxId: 's', config })) as {
    config: typeof config;
  };
  expect(back).toMatchObject({ podSandboxId: 's', config: { ...config, envs: [{ key: 'K' }] } });
  expect(Buffer.from(back.config.envs[0]?.value ?? []).toString()).toBe('v€');
});

test('what is not on the wire has its default', () => {
  expect(decode('VersionResponse', new Uint8Array())).toEqual({ version: '', runtimeName: '', runtimeVersion: '', runtimeApiVersion: '' });
  expect(decode('ListContainersResponse', new Uint8Array())).toEqual({ containers: [] });
});

test('packed and unpacked numbers are both read', () => {
  const packed = Uint8Array.from([0x12, 3, 1, 2, 3]);
  const unpacked = Uint8Array.from([0x10, 1, 0x10, 2, 0x10, 3]);
  for (const bytes of [packed, unpacked]) expect(decode('PortForwardRequest', bytes)).toMatchObject({ port: [1, 2, 3] });
});

test('fields that are not known are skipped', () => {
  expect(decode('RunPodSandboxResponse', Uint8Array.from([0x0a, 1, 0x61, 0xfa, 0x3e, 2, 9, 9]))).toEqual({ podSandboxId: 'a' });
});
