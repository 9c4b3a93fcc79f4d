import { expect } from 'vitest';
import type { Job } from '../../../src/kubernetes/api/generated/batch-v1.ts';
import type { Pod } from '../../../src/kubernetes/api/generated/core-v1.ts';
import { behaviour, type Container, type Space, templateOf } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

const job = (spec: object, container: Container, more: object = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'job' },
  spec: { template: templateOf({ restartPolicy: 'Never', containers: [container], ...more }), ...spec },
});
const read = (space: Space) => space.kubectl.json<Job>('get', 'job', 'job');
const pods = async (space: Space) =>
  (await space.kubectl.json<{ items: Pod[] }>('get', 'pods', '-l', 'batch.kubernetes.io/job-name=job')).items;
const ends = (space: Space, type: 'Complete' | 'Failed') => space.kubectl('wait', 'job/job', `--for=condition=${type}`, '--timeout=90s');
const indexed = { completionMode: 'Indexed' };
const failOdd = 'test $((JOB_COMPLETION_INDEX % 2)) = 0';
const conditionOf = ({ status }: Job, wanted: string) => status?.conditions?.find(({ type }) => type === wanted);

behaviour('an indexed Job gives each pod its index, host name, label and annotation', async (space) => {
  await space.apply(job({ ...indexed, completions: 3, parallelism: 2 }, { run: 'echo $JOB_COMPLETION_INDEX; hostname' }));
  await ends(space, 'Complete');
  expect((await read(space)).status).toMatchObject({ completedIndexes: '0-2', succeeded: 3, ready: 0, terminating: 0 });
  for (const { metadata, spec } of await pods(space)) {
    const index = metadata.labels!['batch.kubernetes.io/job-completion-index']!;
    expect(metadata.annotations?.['batch.kubernetes.io/job-completion-index']).toBe(index);
    expect(spec?.hostname).toBe(`job-${index}`);
    expect(await space.kubectl('logs', metadata.name!)).toBe(`${index}\njob-${index}\n`);
  }
});

behaviour('a Job whose containers are restarted in place completes', async (space) => {
  const run = 'test -e /keep/done && exit 0; touch /keep/done; exit 1';
  const template = templateOf({
    restartPolicy: 'OnFailure',
    volumes: [{ name: 'keep', emptyDir: {} }],
    containers: [{ run, volumeMounts: [{ name: 'keep', mountPath: '/keep' }] }],
  });
  await space.apply(job({ completions: 2, parallelism: 2, template }, {}));
  await ends(space, 'Complete');
  expect((await read(space)).status).toMatchObject({ succeeded: 2 });
});

behaviour('a pod failure policy ends a Job at once on an exit code', async (space) => {
  const podFailurePolicy = { rules: [{ action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [42] } }] };
  await space.apply(job({ podFailurePolicy, backoffLimit: 6 }, { run: 'exit 42' }));
  await ends(space, 'Failed');
  const done = await read(space);
  expect(conditionOf(done, 'FailureTarget')).toMatchObject({ reason: 'PodFailurePolicy' });
  expect(conditionOf(done, 'Failed')?.message).toMatch(
    /^Container main for pod .*job-\w+ failed with exit code 42 matching FailJob rule at index 0$/,
  );
});

behaviour('a pod failure policy does not count disruptions', async (space) => {
  const podFailurePolicy = { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] };
  await space.apply(job({ podFailurePolicy, backoffLimit: 0 }, { run: 'trap "exit 1" TERM; sleep 600 & wait' }));
  await eventually(async () => expect((await pods(space)).map(({ status }) => status?.phase)).toEqual(['Running']));
  const [first] = await pods(space);
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: first!.metadata.name, namespace: space.namespace } };
  const child = space.kubectl.start(
    'create',
    '--raw',
    `/api/v1/namespaces/${space.namespace}/pods/${first!.metadata.name}/eviction`,
    '-f',
    '-',
  );
  child.stdin?.end(JSON.stringify(eviction));
  await eventually(async () => {
    const [next] = (await pods(space)).filter(({ metadata }) => metadata.uid !== first!.metadata.uid);
    expect(next?.status?.phase).toBe('Running');
  });
  expect(conditionOf(await read(space), 'Failed')).toBeUndefined();
});

behaviour('each index of a Job has its own failures: all are tried, some marked failed', async (space) => {
  await space.apply(job({ ...indexed, completions: 4, parallelism: 4, backoffLimitPerIndex: 0 }, { run: failOdd }));
  await ends(space, 'Failed');
  const done = await read(space);
  expect(done.status).toMatchObject({ completedIndexes: '0,2', failedIndexes: '1,3', succeeded: 2, failed: 2 });
  expect(conditionOf(done, 'Failed')).toMatchObject({ reason: 'FailedIndexes', message: 'Job has failed indexes' });
});

behaviour('a Job with too many failed indexes ends', async (space) => {
  await space.apply(job({ ...indexed, completions: 10, parallelism: 2, backoffLimitPerIndex: 0, maxFailedIndexes: 1 }, { run: 'exit 1' }));
  await ends(space, 'Failed');
  expect(conditionOf(await read(space), 'Failed')).toMatchObject({ reason: 'MaxFailedIndexesExceeded' });
});

behaviour('a failure policy fails one index', async (space) => {
  const podFailurePolicy = { rules: [{ action: 'FailIndex', onExitCodes: { operator: 'NotIn', values: [0] } }] };
  await space.apply(job({ ...indexed, completions: 2, parallelism: 2, backoffLimitPerIndex: 3, podFailurePolicy }, { run: failOdd }));
  await ends(space, 'Failed');
  expect((await read(space)).status).toMatchObject({ completedIndexes: '0', failedIndexes: '1', failed: 1 });
});

const successPolicies = [
  { name: 'of all indexes', rule: undefined, run: 'exit 0', status: { completedIndexes: '0-3' } },
  {
    name: 'of named indexes',
    rule: { succeededIndexes: '0' },
    run: 'test $JOB_COMPLETION_INDEX = 0 || sleep 600',
    status: { completedIndexes: '0' },
  },
  {
    name: 'of a number of indexes',
    rule: { succeededCount: 1 },
    run: 'test $JOB_COMPLETION_INDEX = 0 || sleep 600',
    status: { completedIndexes: '0' },
  },
];
for (const { name, rule, run, status } of successPolicies)
  behaviour(`a Job succeeds by the success ${name}`, async (space) => {
    await space.apply(job({ ...indexed, completions: 4, parallelism: 4, ...(rule ? { successPolicy: { rules: [rule] } } : {}) }, { run }));
    await ends(space, 'Complete');
    const done = await read(space);
    expect(done.status).toMatchObject(status);
    if (rule) expect(conditionOf(done, 'SuccessCriteriaMet')).toMatchObject({ status: 'True', reason: 'SuccessPolicy' });
    await eventually(async () =>
      expect((await pods(space)).every((pod) => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed')).toBe(true),
    );
  });

behaviour('a Job is suspended and resumed, changed, adopts and lets go of pods, and is deleted with them', async (space) => {
  await space.apply(job({ parallelism: 2, completions: 2, suspend: true }, { run: 'sleep 600' }));
  await eventually(async () =>
    expect(conditionOf(await read(space), 'Suspended')).toMatchObject({ status: 'True', reason: 'JobSuspended' }),
  );
  expect(await pods(space)).toEqual([]);
  const merge = (patch: object, ...more: string[]) =>
    space.kubectl('patch', 'job', 'job', '--type=merge', '-p', JSON.stringify(patch), ...more);
  await merge({ spec: { suspend: false } });
  await eventually(async () => expect((await read(space)).status).toMatchObject({ active: 2, ready: 2 }));
  const [first] = await pods(space);
  const name = first!.metadata.name!;
  await space.kubectl('patch', 'pod', name, '--type=json', '-p', '[{"op":"remove","path":"/metadata/ownerReferences"}]');
  await space.podIs(name, ({ metadata }) =>
    expect(metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Job', name: 'job', controller: true }),
  );
  await space.kubectl('patch', 'pod', name, '--type=json', '-p', '[{"op":"remove","path":"/metadata/labels"}]');
  await space.podIs(name, ({ metadata }) => expect(metadata.ownerReferences).toBeUndefined());
  await merge(
    {
      status: { conditions: [{ type: 'CustomConditionType', status: 'True', reason: 'E2E' }] },
      metadata: { annotations: { patched: 'true' } },
    },
    '--subresource=status',
  );
  expect((await read(space)).metadata.annotations?.patched).toBe('true');
  await space.kubectl('delete', 'job', 'job', '--cascade=foreground', '--timeout=40s');
  expect(await pods(space)).toEqual([]);
});

behaviour('a finished Job is removed after its time', async (space) => {
  await space.apply(job({ ttlSecondsAfterFinished: 1 }, { run: 'exit 0' }));
  await space.kubectl('wait', 'job/job', '--for=delete', '--timeout=60s');
  await eventually(async () => expect(await pods(space)).toEqual([]));
});
