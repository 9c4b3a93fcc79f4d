import { describe, expect, test } from 'vitest';
import { createFaults, prepared, updateFaults } from '../../../../test/support/kind.ts';
import type { Container, ContainerStatus, Pod, PodSpec, PodStatus } from '../generated/core-v1.ts';
import { pods } from './pod.ts';
import { formatRestarts, summarizePod } from './pod-status-text.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');
const container: Container = { name: 'c', image: 'app:1' };
const body = (spec: object = {}) => ({ metadata: { name: 'p' }, spec: { containers: [container], ...spec } });

describe('defaults', () => {
  test('of a pod that says only what it runs', () => {
    const { spec, status } = prepared(pods, body());
    expect(spec).toMatchObject({
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
      securityContext: {},
      enableServiceLinks: true,
      containers: [{ imagePullPolicy: 'IfNotPresent', terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' }],
    });
    expect(status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
  });

  test.each([
    ['app', 'Always'],
    ['app:latest', 'Always'],
    ['localhost:5000/app', 'Always'],
    ['app:1', 'IfNotPresent'],
    [`app@sha256:${'0'.repeat(64)}`, 'IfNotPresent'],
    ['Not An Image', 'IfNotPresent'],
  ])('the pull policy of %s is %s', (image, policy) => {
    expect(prepared(pods, body({ containers: [{ name: 'c', image }] })).spec.containers[0]?.imagePullPolicy).toBe(policy);
  });

  test('who names a limit asks for it', () => {
    const resources = { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } };
    const { spec, status } = prepared(pods, body({ containers: [{ ...container, resources }] }));
    expect(spec.containers[0]?.resources?.requests).toEqual({ cpu: '500m', memory: '1Gi' });
    expect(status?.qosClass).toBe('Burstable');
  });

  test.each<[Container['resources'], string]>([
    [undefined, 'BestEffort'],
    [{ limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
    [{ limits: { cpu: '1' } }, 'Burstable'],
    [{ requests: { memory: '1Mi' } }, 'Burstable'],
  ])('resources %j are %s', (resources, qos) => {
    expect(prepared(pods, body({ containers: [{ ...container, resources }] })).status?.qosClass).toBe(qos);
  });

  test('a gated pod says so at once', () => {
    const { status } = prepared(pods, body({ schedulingGates: [{ name: 'a/b' }] }));
    expect(status?.conditions).toMatchObject([{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }]);
  });
});

describe('what is refused', () => {
  test.each<[string, object, string[]]>([
    ['no containers', { containers: [] }, ['spec.containers: Required value']],
    ['a container without an image', { containers: [{ name: 'c' }] }, ['spec.containers[0].image: Required value']],
    ['names twice', { containers: [container, container] }, ['spec.containers[1].name: Duplicate value: "c"']],
    [
      'a port that is none',
      { containers: [{ ...container, ports: [{ containerPort: 0 }] }] },
      ['spec.containers[0].ports[0].containerPort: Required value'],
    ],
    [
      'a mount of nothing',
      { containers: [{ ...container, volumeMounts: [{ name: 'v', mountPath: '/v' }] }] },
      ['spec.containers[0].volumeMounts[0].name: Not found: "v"'],
    ],
    [
      'a volume of two kinds',
      { volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/x' } }] },
      ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      'less limited than asked for',
      { containers: [{ ...container, resources: { limits: { cpu: '1' }, requests: { cpu: '2' } } }] },
      ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ],
    [
      'a restart policy that is none',
      { restartPolicy: 'Sometimes' },
      ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"'],
    ],
    [
      'a probe that does nothing',
      { containers: [{ ...container, livenessProbe: {} }] },
      ['spec.containers[0].livenessProbe: Required value: must specify a handler type'],
    ],
    [
      'debug containers from the start',
      { ephemeralContainers: [{ name: 'd', image: 'x', terminationMessagePolicy: 'File' }] },
      ['spec.ephemeralContainers: Forbidden: cannot be set on create'],
    ],
  ])('%s', (_, spec, expected) => {
    expect(createFaults(pods, body(spec))).toEqual(expected);
  });
});

describe('updates', () => {
  test('an image may change, a name may not', () => {
    const image = (value: string) => (next: Pod) => Object.assign(next.spec.containers[0] as Container, { image: value });
    expect(updateFaults(pods, body(), image('app:2'))).toEqual([]);
    expect(updateFaults(pods, body(), image(''))).toContain('spec.containers[0].image: Required value');
    expect(updateFaults(pods, body(), (next) => Object.assign(next.spec, { nodeName: 'n' }))[0]).toMatch(
      /^spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`/,
    );
  });

  test('tolerations are only added', () => {
    const tolerations = [{ key: 'a', operator: 'Exists' as const }];
    expect(updateFaults(pods, body(), (next) => Object.assign(next.spec, { tolerations }))).toEqual([]);
    expect(updateFaults(pods, body({ tolerations }), (next) => Object.assign(next.spec, { tolerations: [] }))[0]).toContain('spec');
  });
});

describe('what `kubectl get pods` says', () => {
  const status = (parts: Partial<ContainerStatus>): ContainerStatus => ({
    name: 'c',
    image: '',
    imageID: '',
    ready: false,
    restartCount: 0,
    ...parts,
  });
  const pod = (parts: PodStatus, spec: Partial<PodSpec> = {}, metadata: object = {}): Pod =>
    ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', ...metadata },
      spec: { containers: [container], ...spec },
      status: parts,
    }) as Pod;

  test.each<[string, Pod]>([
    ['Pending', pod({ phase: 'Pending' })],
    ['Running', pod({ phase: 'Running', containerStatuses: [status({ ready: true, state: { running: {} } })] })],
    ['CrashLoopBackOff', pod({ phase: 'Running', containerStatuses: [status({ state: { waiting: { reason: 'CrashLoopBackOff' } } })] })],
    ['ExitCode:3', pod({ phase: 'Failed', containerStatuses: [status({ state: { terminated: { exitCode: 3 } } })] })],
    ['Signal:9', pod({ phase: 'Failed', containerStatuses: [status({ state: { terminated: { exitCode: 137, signal: 9 } } })] })],
    ['Evicted', pod({ phase: 'Failed', reason: 'Evicted' })],
    ['Terminating', pod({ phase: 'Running' }, {}, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
    ['Unknown', pod({ phase: 'Running', reason: 'NodeLost' }, {}, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
    [
      'Init:0/1',
      pod(
        { phase: 'Pending', initContainerStatuses: [status({ name: 'i', state: { running: {} } })] },
        { initContainers: [{ name: 'i', image: 'x' }] },
      ),
    ],
  ])('%s', (reason, object) => {
    expect(summarizePod(object).status).toBe(reason);
  });

  test('restarts, and how long ago', () => {
    const lastState = { terminated: { exitCode: 1, finishedAt: '2026-01-01T23:55:00Z' } };
    const summary = summarizePod(
      pod({ phase: 'Running', containerStatuses: [status({ restartCount: 4, lastState, state: { running: {} } })] }),
    );
    expect(formatRestarts(summary, NOW)).toBe('4 (5m ago)');
  });
});
