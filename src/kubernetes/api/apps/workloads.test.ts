import { describe, expect, test } from 'vitest';
import { createFaults, prepared, updateFaults } from '../../../../test/support/kind.ts';
import { cronJobs } from '../batch/cron-job.ts';
import { jobs } from '../batch/job.ts';
import type { ResourceDefinition } from '../define.ts';
import { podDisruptionBudgets } from '../policy/pod-disruption-budget.ts';
import { daemonSets } from './daemon-set.ts';
import { deployments } from './deployment.ts';
import { replicaSets } from './replica-set.ts';
import { statefulSets } from './stateful-set.ts';

interface Workload {
  spec: { selector: { matchLabels: Record<string, string> }; template: { spec: { restartPolicy: string } } };
}

const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'i:1' }] } };
const selector = { matchLabels: { app: 'a' } };
const body = (spec: object = {}) => ({ spec: { selector, template, ...spec } });

describe.each([
  ['deployments', deployments],
  ['replica sets', replicaSets],
  ['daemon sets', daemonSets],
  ['stateful sets', statefulSets],
] as [string, ResourceDefinition][])('%s', (_, definition) => {
  test('have nothing wrong with a selector and a template', () => {
    expect(createFaults(definition, body())).toEqual([]);
  });

  test('select the pods they make', () => {
    const faults = createFaults(definition, body({ selector: { matchLabels: { app: 'b' } } }));
    expect(faults).toEqual(['spec.template.metadata.labels: Invalid value: {"app":"a"}: `selector` does not match template `labels`']);
  });

  test('run pods that are started again', () => {
    const never = { ...template, spec: { ...template.spec, restartPolicy: 'Never' } };
    expect(createFaults(definition, body({ template: never }))).toEqual([
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ]);
  });

  test('keep their selector', () => {
    const [fault] = updateFaults(definition, body(), (next) => {
      const { spec } = next as unknown as Workload;
      Object.assign(spec.selector.matchLabels, { more: 'x' });
      Object.assign(spec.template, { metadata: { labels: { app: 'a', more: 'x' } } });
    });
    expect(fault).toMatch(/field is immutable|^spec: Forbidden: updates to statefulset spec/);
  });
});

test('defaults of a deployment', () => {
  expect(prepared(deployments, body()).spec).toMatchObject({
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
  });
});

test('a rollout must be able to move', () => {
  const strategy = { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } };
  expect(createFaults(deployments, body({ strategy }))).toEqual([
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0',
  ]);
});

describe('stateful sets', () => {
  const claim = (name: string) => ({
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });

  test('claims of a template are volumes of its pods', () => {
    const mounts = [{ name: 'data', mountPath: '/data' }];
    const mounting = { ...template, spec: { containers: [{ name: 'c', image: 'i:1', volumeMounts: mounts }] } };
    expect(createFaults(statefulSets, body({ template: mounting }))).toHaveLength(1);
    expect(createFaults(statefulSets, body({ template: mounting, volumeClaimTemplates: [claim('data')] }))).toEqual([]);
  });

  test('claims of a template do not change', () => {
    const [fault] = updateFaults(statefulSets, body({ volumeClaimTemplates: [claim('data')] }), (next) => {
      next.spec?.volumeClaimTemplates?.push(claim('more') as never);
    });
    expect(fault).toMatch(/^spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals'/);
  });
});

describe('jobs', () => {
  const once = { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } };

  test('find their pods by labels of their own', () => {
    const job = prepared(jobs, once);
    expect(job.spec?.selector?.matchLabels).toEqual({ 'batch.kubernetes.io/controller-uid': job.metadata.uid });
    expect(job.spec?.template.metadata?.labels).toMatchObject({ 'job-name': 'x', 'controller-uid': job.metadata.uid });
    expect(createFaults(jobs, once)).toEqual([]);
  });

  test('end', () => {
    expect(createFaults(jobs, { spec: { template } })).toEqual([
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ]);
  });

  test('run one thing only', () => {
    const [fault] = updateFaults(jobs, once, (next) => {
      Object.assign(next.spec?.template.spec?.containers[0] ?? {}, { image: 'i:2' });
    });
    expect(fault).toMatch(/^spec\.template: Invalid value: .*: field is immutable$/);
  });

  test('cron jobs make jobs on time', () => {
    const cron = (spec: object) => ({ spec: { schedule: '0 * * * *', jobTemplate: once, ...spec } });
    expect(createFaults(cronJobs, cron({}))).toEqual([]);
    expect(createFaults(cronJobs, cron({ timeZone: 'Mars/Crater' }))).toEqual([
      'spec.timeZone: Invalid value: "Mars/Crater": unknown time zone Mars/Crater',
    ]);
    expect(createFaults(cronJobs, { metadata: { name: 'n'.repeat(53) }, ...cron({}) })).toContainEqual(
      expect.stringContaining('must be no more than 52 characters'),
    );
  });
});

test('a disruption budget says what must be left, or what may go', () => {
  expect(createFaults(podDisruptionBudgets, { spec: { minAvailable: '50%', selector } })).toEqual([]);
  expect(createFaults(podDisruptionBudgets, { spec: { minAvailable: 1, maxUnavailable: 1, selector } })[0]).toContain(
    'minAvailable and maxUnavailable cannot be both set',
  );
});
