// Conformance: the six of "Pod InPlace Resize Container".
import { expect } from 'vitest';
import type { Pod, ResourceRequirements } from '../../../src/kubernetes/api/generated/core-v1.ts';
import { behaviour, type Space } from '../../support/conformance-space.ts';

/** The CPU in thousandths and the memory in MiB a container asks for and may use; 0 where it does not say. */
interface Sizes {
  cpu?: [request: number, limit: number];
  memory?: [request: number, limit: number];
}

const guaranteed = (cpu: number, memory: number): Sizes => ({ cpu: [cpu, cpu], memory: [memory, memory] });

function resourcesOf({ cpu, memory }: Sizes): ResourceRequirements {
  const part = (index: 0 | 1) => ({
    ...(cpu?.[index] ? { cpu: `${cpu[index]}m` } : {}),
    ...(memory?.[index] ? { memory: `${memory[index]}Mi` } : {}),
  });
  const [requests, limits] = [part(0), part(1)];
  return { requests, ...(Object.keys(limits).length ? { limits } : {}) };
}

const nameOf = (index: number) => `c${index + 1}`;
const containersOf = (sizes: Sizes[]) => sizes.map((each, index) => ({ name: nameOf(index), resources: resourcesOf(each) }));

const LIMITS = `
  cd /sys/fs/cgroup
  if [ -e cgroup.controllers ]; then cut -d' ' -f1 cpu.max; cat memory.max
  else cat cpu/cpu.cfs_quota_us memory/memory.limit_in_bytes; fi`;

/** What the kernel holds the container to: a quota for each tenth of a second, and bytes; undefined without a limit. */
async function limitsIn(space: Space, pod: string, container: string) {
  const printed = await space.kubectl('exec', pod, '-c', container, '--', 'sh', '-c', LIMITS);
  const [quota, bytes] = printed.trim().split('\n').map(Number);
  return { quota: quota! > 0 ? quota : undefined, bytes: bytes! < 2 ** 50 ? bytes : undefined };
}

const kernelLimits = ({ cpu, memory }: Sizes) => ({
  // The kernel takes no quota under a millisecond.
  quota: cpu?.[1] ? Math.max(1000, cpu[1] * 100) : undefined,
  bytes: memory?.[1] ? memory[1] * 2 ** 20 : undefined,
});

function expectResized({ metadata, spec, status }: Pod, sizes: Sizes[]): void {
  const wanted = sizes.map(resourcesOf);
  expect(spec?.containers.map(({ resources }) => resources)).toEqual(wanted);
  const statuses = status!.containerStatuses!;
  expect(statuses.map(({ resources }) => resources)).toEqual(wanted);
  expect(statuses.map(({ allocatedResources }) => allocatedResources)).toEqual(wanted.map(({ requests }) => requests));
  expect(statuses.map(({ restartCount }) => restartCount)).toEqual(sizes.map(() => 0));
  expect(status?.conditions?.filter(({ type }) => type.startsWith('PodResize'))).toEqual([]);
  expect(status?.observedGeneration).toBe(metadata.generation);
}

async function hasSizes(space: Space, pod: string, sizes: Sizes[]): Promise<void> {
  await space.podIs(pod, (seen) => expectResized(seen, sizes));
  const limits = await Promise.all(sizes.map((_, index) => limitsIn(space, pod, nameOf(index))));
  expect(limits).toEqual(sizes.map(kernelLimits));
}

async function running(space: Space, sizes: Sizes[]): Promise<string> {
  const pod = await space.pod({ containers: containersOf(sizes).map((each) => ({ ...each, run: 'sleep 600' })) });
  await space.ready(pod);
  await hasSizes(space, pod, sizes);
  return pod;
}

const patchTo = (space: Space, pod: string, sizes: Sizes[]) =>
  space.kubectl('patch', 'pod', pod, '--subresource=resize', '-p', JSON.stringify({ spec: { containers: containersOf(sizes) } }));

const resizes = [
  {
    name: 'guaranteed, three containers, more in all',
    from: [guaranteed(20, 35), guaranteed(22, 37), guaranteed(24, 39)],
    to: [guaranteed(25, 40), guaranteed(27, 42), guaranteed(19, 34)],
  },
  {
    name: 'guaranteed, three containers, less in all',
    from: [guaranteed(20, 35), guaranteed(22, 37), guaranteed(24, 39)],
    to: [guaranteed(25, 40), guaranteed(17, 32), guaranteed(19, 34)],
  },
  {
    name: 'guaranteed, three containers, CPU and memory each its way',
    from: [guaranteed(20, 35), guaranteed(22, 37), guaranteed(24, 39)],
    to: [guaranteed(25, 35), guaranteed(17, 42), guaranteed(29, 44)],
  },
  { name: 'so little CPU that the kernel knows no difference', from: [{ cpu: [2, 10] }], to: [{ cpu: [1, 5] }] },
] satisfies { name: string; from: Sizes[]; to: Sizes[] }[];
for (const { name, from, to } of resizes)
  behaviour(`a running pod is resized and goes back: ${name}`, async (space) => {
    const pod = await running(space, from);
    for (const sizes of [to, from]) {
      await patchTo(space, pod, sizes);
      await hasSizes(space, pod, sizes);
    }
  });

behaviour('a burstable pod gets requests and limits it had not', async (space) => {
  const from: Sizes[] = [{ cpu: [20, 0] }, { memory: [35, 0] }, { cpu: [20, 0], memory: [35, 0] }, { cpu: [20, 0] }, { memory: [35, 0] }];
  const to: Sizes[] = [
    { cpu: [25, 35] },
    { memory: [30, 50] },
    { cpu: [20, 0], memory: [30, 0] },
    { cpu: [15, 0], memory: [35, 0] },
    { cpu: [20, 0], memory: [40, 0] },
  ];
  const pod = await running(space, from);
  await patchTo(space, pod, to);
  await hasSizes(space, pod, to);
});

behaviour('a pod is resized by replacing it, and its resize read', async (space) => {
  const from = [guaranteed(20, 35)];
  const to = [guaranteed(25, 40)];
  const pod = await running(space, from);
  const path = `/api/v1/namespaces/${space.namespace}/pods/${pod}/resize`;
  const read = async () => JSON.parse(await space.kubectl('get', '--raw', path)) as Pod;
  const before = await read();
  expect(before).toMatchObject({ kind: 'Pod', metadata: { name: pod } });
  before.spec!.containers[0]!.resources = resourcesOf(to[0]!);
  const child = space.kubectl.start('replace', '--raw', path, '-f', '-');
  child.stdin?.end(JSON.stringify(before));
  await space.podIs(pod, ({ metadata }) => expect(metadata.generation).toBe(2));
  await hasSizes(space, pod, to);
  expect((await read()).spec?.containers[0]?.resources).toEqual(resourcesOf(to[0]!));
});
