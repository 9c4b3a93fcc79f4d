import { expect, test } from 'vitest';
import { containerOf, observedOf, podOf, sandboxOf } from '../../../../test/support/kubelet-pods.ts';
import type { PodSpec, PodStatus } from '../../api/generated/core-v1.ts';
import type { ObservedContainer } from '../runtime/observed.ts';
import type { PodStatusInput } from './pod-status.ts';
import { podStatusOf } from './pod-status.ts';

const exited = (name: string, exitCode: number, fields: Partial<ObservedContainer> = {}) =>
  containerOf(name, { state: 'exited', exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', ...fields });

function statusOf(spec: Partial<PodSpec>, containers: ObservedContainer[], more: Partial<PodStatusInput> = {}): PodStatus {
  return podStatusOf({
    pod: podOf(spec),
    observed: observedOf(containers),
    previous: {},
    waiting: new Map(),
    readiness: { isStarted: () => true, isReady: () => true },
    hostIPs: ['172.18.0.2'],
    runtimeName: 'containerd',
    now: Date.parse('2026-01-01T00:00:00Z'),
    terminal: false,
    ...more,
  });
}

const init = { name: 'init', image: 'init:1' };
const sidecar = { name: 'side', image: 'side:1', restartPolicy: 'Always' };

test.each<{ name: string; spec?: Partial<PodSpec>; containers: ObservedContainer[]; more?: Partial<PodStatusInput>; phase: string }>([
  { name: 'nothing yet', containers: [], phase: 'Pending' },
  { name: 'running', containers: [containerOf('app')], phase: 'Running' },
  { name: 'between restarts', containers: [exited('app', 1)], phase: 'Running' },
  { name: 'all done well', spec: { restartPolicy: 'OnFailure' }, containers: [exited('app', 0)], phase: 'Succeeded' },
  { name: 'failed for good', spec: { restartPolicy: 'Never' }, containers: [exited('app', 1)], phase: 'Failed' },
  { name: 'initialising', spec: { initContainers: [init] }, containers: [containerOf('init')], phase: 'Pending' },
  {
    name: 'initialisation failed',
    spec: { initContainers: [init], restartPolicy: 'Never' },
    containers: [exited('init', 1)],
    phase: 'Failed',
  },
  {
    name: 'a sidecar does not keep a finished pod running',
    spec: { initContainers: [sidecar], restartPolicy: 'Never' },
    containers: [exited('app', 0), exited('side', 0)],
    phase: 'Succeeded',
  },
  { name: 'stopped for good, whatever the policy', containers: [exited('app', 0)], more: { terminal: true }, phase: 'Succeeded' },
  { name: 'terminal phases are final', containers: [containerOf('app')], more: { previous: { phase: 'Failed' } }, phase: 'Failed' },
])('phase: $name', ({ spec = {}, containers, more, phase }) => {
  expect(statusOf(spec, containers, more).phase).toBe(phase);
});

test('a running container', () => {
  const [status] = statusOf({}, [containerOf('app', { id: 'x', startedAt: Date.parse('2026-01-01T00:00:00Z') })]).containerStatuses ?? [];
  expect(status).toMatchObject({
    ready: true,
    started: true,
    containerID: 'containerd://x',
    state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
  });
});

test('a crashed container waits, and shows what it was', () => {
  const waiting = new Map([['app', { reason: 'CrashLoopBackOff', message: 'back-off 10s' }]]);
  const [status] = statusOf({}, [exited('app', 3, { restartCount: 1 })], { waiting }).containerStatuses ?? [];
  expect(status).toMatchObject({
    restartCount: 1,
    ready: false,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 3 } },
  });
});

test('the container before is the last state', () => {
  const [status] = statusOf({}, [containerOf('app', { id: 'b', restartCount: 1 }), exited('app', 7, { id: 'a' })]).containerStatuses ?? [];
  expect(status).toMatchObject({
    restartCount: 1,
    state: { running: {} },
    lastState: { terminated: { exitCode: 7, containerID: 'containerd://a' } },
  });
});

test('what the runtime forgot stays as it was reported', () => {
  const terminated = { exitCode: 0, reason: 'Completed' };
  const previous: PodStatus = {
    phase: 'Succeeded',
    containerStatuses: [{ name: 'app', state: { terminated }, ready: false, restartCount: 0, image: '', imageID: '' }],
  };
  expect(statusOf({ restartPolicy: 'Never' }, [], { previous, terminal: true }).containerStatuses?.[0]?.state).toEqual({ terminated });
});

const condition = (status: PodStatus, type: string) => status.conditions?.find((candidate) => candidate.type === type);

test('conditions name what is missing', () => {
  const status = statusOf({ initContainers: [init] }, [containerOf('init')]);
  expect(condition(status, 'Initialized')).toMatchObject({
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: 'containers with incomplete status: [init]',
  });
  expect(condition(status, 'Ready')).toMatchObject({
    status: 'False',
    reason: 'ContainersNotReady',
    message: 'containers with unready status: [app]',
  });
  expect(condition(status, 'PodReadyToStartContainers')).toMatchObject({ status: 'True' });
});

test('readiness gates hold up readiness, not the containers', () => {
  const status = statusOf({ readinessGates: [{ conditionType: 'example.com/gate' }] }, [containerOf('app')]);
  expect(condition(status, 'ContainersReady')).toMatchObject({ status: 'True' });
  expect(condition(status, 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' });
});

test('a condition keeps the time of its last change', () => {
  const before = statusOf({}, [containerOf('app')]);
  const after = statusOf({}, [containerOf('app')], { previous: before, now: Date.parse('2026-01-02T00:00:00Z') });
  expect(condition(after, 'Ready')?.lastTransitionTime).toBe('2026-01-01T00:00:00Z');
});

test('a pod without its sandbox has no address until it is ended', () => {
  const input = { observed: { ...observedOf([containerOf('app')]), sandboxes: [sandboxOf({ ready: false, ips: [] })] } };
  expect(statusOf({}, [], input).podIP).toBeUndefined();
});

test('a verdict from outside decides', () => {
  const verdict = { reason: 'Evicted', message: 'The node was low on resource: memory.' };
  expect(statusOf({}, [exited('app', 137)], { terminal: true, verdict })).toMatchObject({ phase: 'Failed', ...verdict });
});
