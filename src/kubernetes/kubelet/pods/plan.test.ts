import { expect, test } from 'vitest';
import { containerOf, observedOf, podOf, sandboxOf } from '../../../../test/support/kubelet-pods.ts';
import type { PodSpec } from '../../api/generated/core-v1.ts';
import type { ObservedContainer, ObservedSandbox } from '../runtime/observed.ts';
import type { ProbeVerdicts } from './plan.ts';
import { planPod } from './plan.ts';

const healthy: ProbeVerdicts = { isStarted: () => true, failed: () => undefined };
const exited = (name: string, exitCode: number, fields: Partial<ObservedContainer> = {}) =>
  containerOf(name, { state: 'exited', exitCode, ...fields });

interface Situation {
  name: string;
  spec?: Partial<PodSpec>;
  containers?: ObservedContainer[];
  sandboxes?: ObservedSandbox[];
  probes?: Partial<ProbeVerdicts>;
  deleted?: boolean;
  /** Names with restart counts. */
  starts?: string[];
  kills?: string[];
  sandbox?: number;
  finished?: boolean;
}

const init = { name: 'init', image: 'init:1' };
const second = { name: 'second', image: 'second:1' };
const sidecar = { name: 'side', image: 'side:1', restartPolicy: 'Always' };

const situations: Situation[] = [
  { name: 'a new pod gets a sandbox first', sandboxes: [], sandbox: 0 },
  { name: 'then its containers', starts: ['app/0'] },
  { name: 'a running pod is left alone', containers: [containerOf('app')] },
  { name: 'an exited container is restarted', containers: [exited('app', 0, { restartCount: 2 })], starts: ['app/3'] },
  {
    name: 'a leftover of an interrupted start is started again under its number',
    containers: [containerOf('app', { state: 'created', restartCount: 1 })],
    starts: ['app/1'],
  },
  { name: 'OnFailure restarts a failure', spec: { restartPolicy: 'OnFailure' }, containers: [exited('app', 1)], starts: ['app/1'] },
  { name: 'OnFailure is finished by success', spec: { restartPolicy: 'OnFailure' }, containers: [exited('app', 0)], finished: true },
  { name: 'Never is finished by anything', spec: { restartPolicy: 'Never' }, containers: [exited('app', 1)], finished: true },
  {
    name: 'one of two containers still runs',
    spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'app:1' }, second] },
    containers: [exited('app', 1), containerOf('second')],
  },
  {
    name: 'a changed image replaces the container',
    spec: { containers: [{ name: 'app', image: 'app:2' }] },
    containers: [containerOf('app')],
    kills: ['app'],
  },
  { name: 'a failed liveness probe kills', containers: [containerOf('app')], probes: { failed: () => 'liveness' }, kills: ['app'] },
  {
    name: 'a container killed by its probe is not restarted under Never',
    spec: { restartPolicy: 'Never' },
    containers: [containerOf('app')],
    probes: { failed: () => 'liveness' },
    kills: ['app'],
    finished: true,
  },
  { name: 'init containers go first', spec: { initContainers: [init, second] }, starts: ['init/0'] },
  { name: 'a running init container is waited for', spec: { initContainers: [init, second] }, containers: [containerOf('init')] },
  {
    name: 'the next init container follows',
    spec: { initContainers: [init, second] },
    containers: [exited('init', 0)],
    starts: ['second/0'],
  },
  { name: 'after the last the app starts', spec: { initContainers: [init] }, containers: [exited('init', 0)], starts: ['app/0'] },
  { name: 'a failed init container is tried again', spec: { initContainers: [init] }, containers: [exited('init', 1)], starts: ['init/1'] },
  { name: 'or ends the pod', spec: { initContainers: [init], restartPolicy: 'Never' }, containers: [exited('init', 1)], finished: true },
  {
    name: 'init containers whose records are gone do not run again',
    spec: { initContainers: [init] },
    containers: [containerOf('app')],
  },
  { name: 'a sidecar starts in its turn', spec: { initContainers: [sidecar, init] }, starts: ['side/0'] },
  {
    name: 'a sidecar that has not started holds up the next',
    spec: { initContainers: [sidecar, init] },
    containers: [containerOf('side')],
    probes: { isStarted: () => false },
  },
  { name: 'a started sidecar does not', spec: { initContainers: [sidecar, init] }, containers: [containerOf('side')], starts: ['init/0'] },
  {
    name: 'a sidecar that ends is restarted beside the app',
    spec: { initContainers: [sidecar] },
    containers: [containerOf('app'), exited('side', 0)],
    starts: ['side/1'],
  },
  {
    name: 'but not when the app is done',
    spec: { initContainers: [sidecar], restartPolicy: 'Never' },
    containers: [exited('app', 0), exited('side', 0)],
    finished: true,
  },
  {
    name: 'a lost sandbox is replaced',
    containers: [exited('app', 255)],
    sandboxes: [sandboxOf({ ready: false, attempt: 3 })],
    sandbox: 4,
  },
  {
    name: 'a pod that had finished gets no new sandbox',
    spec: { restartPolicy: 'Never' },
    containers: [exited('app', 0)],
    sandboxes: [sandboxOf({ ready: false })],
    finished: true,
  },
  {
    name: 'in a new sandbox everything begins again, counted on',
    spec: { initContainers: [init] },
    containers: [exited('app', 255), exited('init', 0)],
    sandboxes: [sandboxOf({ id: 'sandbox-1', attempt: 1 }), sandboxOf({ ready: false })],
    starts: ['init/1'],
  },
  { name: 'a pod in deletion starts nothing', deleted: true, containers: [exited('app', 1)], finished: true },
  {
    name: 'ephemeral containers start once',
    spec: {
      ephemeralContainers: [
        { name: 'debug', image: 'debug:1' },
        { name: 'done', image: 'done:1' },
      ],
    },
    containers: [containerOf('app'), exited('done', 1)],
    starts: ['debug/0'],
  },
];

test.each(situations)('$name', ({ spec, containers, sandboxes, probes, deleted, starts = [], kills = [], sandbox, finished = false }) => {
  const pod = podOf(spec, deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {});
  const plan = planPod({ pod, observed: observedOf(containers, sandboxes), probes: { ...healthy, ...probes } });
  expect({
    starts: plan.start.map(({ spec: { container }, restartCount }) => `${container.name}/${restartCount}`),
    kills: plan.kill.map(({ container }) => container.name),
    sandbox: plan.createSandbox,
    finished: plan.finished,
  }).toEqual({ starts, kills, sandbox, finished });
});
