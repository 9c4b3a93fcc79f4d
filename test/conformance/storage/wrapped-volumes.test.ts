// Conformance: "EmptyDir wrapper volumes should not cause race condition when used for configmaps", "Secrets should be able to mount in
// a volume regardless of a different secret existing with same name in different namespace", "Downward API volume should provide node
// allocatable (cpu) as default cpu limit if the limit is not set" and its three kin, "KubeletManagedEtcHosts should test kubelet managed
// /etc/hosts file".
import { expect } from 'vitest';
import { apiBehaviour } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { behaviour, podOf } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

apiBehaviour('fifty volumes of config maps do not get into each other’s way', async (space) => {
  const names = Array.from({ length: 50 }, (_, index) => `racey-${index}`);
  await Promise.all(names.map((name) => space.create(space.core('configmaps'), { metadata: { name }, data: { 'data-1': name } })));
  const pod = (index: number) =>
    podOf({
      name: `pod-${index}`,
      restartPolicy: 'Never',
      volumes: names.map((name) => ({ name, configMap: { name, items: [{ key: 'data-1', path: 'data-1' }] } })),
      containers: [
        {
          run: 'for name in $(seq 0 49); do [ "$(cat /etc/racey-$name/data-1)" = racey-$name ] || exit 1; done',
          volumeMounts: names.map((name) => ({ name, mountPath: `/etc/${name}` })),
        },
      ],
    });
  await Promise.all([0, 1, 2, 3, 4].map((index) => space.create(space.core('pods'), pod(index))));
  await eventually(async () => {
    const { items } = await space.get(space.core('pods'));
    expect(items.map(({ status }: Anything) => status.phase)).toEqual(items.map(() => 'Succeeded'));
  }, 120);
});

behaviour('a pod gets the secret of its own namespace', async (space) => {
  const secret = (namespace: string, word: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'same', namespace },
    stringData: { word },
  });
  const other = `${space.namespace}-other`;
  await space.kubectl('create', 'namespace', other);
  try {
    // Not with the namespace of the test on the command line, which may not differ from the object's.
    for (const [namespace, word] of [
      [other, 'theirs'],
      [space.namespace, 'mine'],
    ] as const)
      await space.kubectl.apply(JSON.stringify(secret(namespace, word)), `--namespace=${namespace}`);
    const log = await space.output({
      volumes: [{ name: 'secret', secret: { secretName: 'same' } }],
      containers: [{ run: 'cat /secret/word', volumeMounts: [{ name: 'secret', mountPath: '/secret' }] }],
    });
    expect(log).toBe('mine');
  } finally {
    await space.kubectl('delete', 'namespace', other, '--wait=false');
  }
});

behaviour('a container without limits finds in files what its node can give', async (space) => {
  const items = ['cpu', 'memory'].map((name) => ({ path: name, resourceFieldRef: { containerName: 'main', resource: `limits.${name}` } }));
  const log = await space.output({
    name: 'limitless',
    volumes: [
      { name: 'plain', downwardAPI: { items } },
      { name: 'projected', projected: { sources: [{ downwardAPI: { items } }] } },
    ],
    containers: [
      {
        run: 'for file in /plain/cpu /plain/memory /projected/cpu /projected/memory; do cat $file; echo; done',
        volumeMounts: [
          { name: 'plain', mountPath: '/plain' },
          { name: 'projected', mountPath: '/projected' },
        ],
      },
    ],
  });
  const { spec } = await space.getPod('limitless');
  const node = await space.kubectl.json<Anything>('get', 'node', spec!.nodeName!);
  const { cpu, memory } = node.status.allocatable as { cpu: string; memory: string };
  const cores = String(Math.ceil(cpu.endsWith('m') ? Number.parseInt(cpu, 10) / 1000 : Number(cpu)));
  const bytes = String(Number.parseInt(memory, 10) * 1024);
  expect(memory).toMatch(/^\d+Ki$/);
  expect(log.trim().split('\n')).toEqual([cores, bytes, cores, bytes]);
});

behaviour('the kubelet writes /etc/hosts, but not where a container brings its own or the network is the node’s', async (space) => {
  const volumes = [{ name: 'hosts', hostPath: { path: '/etc/hosts', type: 'FileOrCreate' } }];
  const original = { name: 'hosts', mountPath: '/etc/hosts-original' };
  const container = (name: string, ...more: object[]) => ({ name, run: 'sleep 600', volumeMounts: [original, ...more] });
  const pod = await space.pod({
    volumes,
    containers: [container('one'), container('two'), container('three', { name: 'hosts', mountPath: '/etc/hosts' })],
  });
  const onHost = await space.pod({ hostNetwork: true, volumes, containers: [container('one'), container('two')] });
  const isManaged = async (name: string, of: string) => {
    const read = (path: string) => space.kubectl('exec', name, '-c', of, '--', 'cat', path);
    const [hosts, before] = await Promise.all([read('/etc/hosts'), read('/etc/hosts-original')]);
    return hosts.startsWith('# Kubernetes-managed hosts file.') && hosts !== before;
  };
  await Promise.all([pod, onHost].map(space.ready));
  expect(await Promise.all(['one', 'two', 'three'].map((name) => isManaged(pod, name)))).toEqual([true, true, false]);
  expect(await Promise.all(['one', 'two'].map((name) => isManaged(onHost, name)))).toEqual([false, false]);
});
