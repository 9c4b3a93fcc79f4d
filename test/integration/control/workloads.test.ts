import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Deployment } from '../../../src/kubernetes/api/generated/apps-v1.ts';
import type { Job } from '../../../src/kubernetes/api/generated/batch-v1.ts';
import {
  configMaps,
  daemonSets,
  deployments,
  endpointSlices,
  jobs,
  namespaces,
  pods,
  replicaSets,
  serviceAccounts,
  services,
} from '../../../src/kubernetes/api/resources.ts';
import { keyOf } from '../../../src/kubernetes/machinery/meta.ts';
import type { TestControlPlane } from '../../support/control-plane.ts';
import { startControlPlane } from '../../support/control-plane.ts';

let world: TestControlPlane;

beforeAll(async () => {
  world = await startControlPlane({
    fate: ({ metadata, spec }) => {
      if (metadata.labels?.['batch.kubernetes.io/job-name']) return metadata.labels.ends === 'badly' ? 'failed' : 'succeeded';
      return spec.containers[0]?.image === 'broken' ? 'running' : 'ready';
    },
  });
});
afterAll(() => world[Symbol.asyncDispose]());

const template = (app: string, image = 'v1') => ({ metadata: { labels: { app } }, spec: { containers: [{ name: 'c', image }] } });
const deployment = (name: string, replicas = 3): Deployment => ({
  metadata: { name, namespace: 'default' },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: template(name) },
});
const job = (name: string, spec: Partial<Job['spec']> = {}, labels = {}): Job => ({
  metadata: { name, namespace: 'default' },
  spec: { template: { metadata: { labels }, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'v1' }] } }, ...spec },
});
const setImage = (name: string, image: string) =>
  world.api.patch(
    deployments,
    { namespace: 'default', name },
    { spec: { template: { spec: { containers: [{ name: 'c', image }] } } } },
    { type: 'strategic' },
  );
const rolledOut = (name: string, replicas: number) =>
  world.untilOne(deployments, `default/${name}`, (each) => {
    const { metadata, status } = each ?? { metadata: {} };
    return (
      status?.observedGeneration === metadata.generation &&
      status?.updatedReplicas === replicas &&
      status.replicas === replicas &&
      status.availableReplicas === replicas
    );
  });
const gone = (type: typeof pods, app: string) => world.until(type, (all) => !all.some(({ metadata }) => metadata.labels?.app === app));
const failed = (each: Job | undefined) => each?.status?.conditions?.find(({ type, status }) => type === 'Failed' && status === 'True');
const complete = (each: Job | undefined) =>
  each?.status?.conditions?.some(({ type, status }) => type === 'Complete' && status === 'True') ?? false;

describe('deployments', () => {
  test('roll out, update, undo and scale', async () => {
    await world.api.create(deployments, deployment('web'));
    await rolledOut('web', 3);
    await setImage('web', 'v2');
    await rolledOut('web', 3);
    await setImage('web', 'v1');
    const back = await rolledOut('web', 3);
    expect(back?.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
    await world.api.patch(deployments, { namespace: 'default', name: 'web' }, { spec: { replicas: 5 } }, { type: 'merge' });
    await rolledOut('web', 5);
    expect(
      world.informers
        .of(replicaSets)
        .list()
        .filter(({ metadata }) => metadata.labels?.app === 'web'),
    ).toHaveLength(2);
  });

  test('a broken update leaves the old pods serving', async () => {
    await world.api.create(deployments, deployment('careful'));
    await rolledOut('careful', 3);
    await setImage('careful', 'broken');
    const stuck = await world.untilOne(deployments, 'default/careful', (each) => each?.status?.updatedReplicas === 1);
    expect(stuck?.status).toMatchObject({ availableReplicas: 3 });
  });

  test('deletion takes everything along', async () => {
    await world.api.create(deployments, deployment('brief'));
    await rolledOut('brief', 3);
    await world.api.delete(deployments, { namespace: 'default', name: 'brief' }, { propagationPolicy: 'Background' });
    await gone(pods, 'brief');
    await gone(replicaSets as unknown as typeof pods, 'brief');
  });

  test('deletion in the foreground ends with the owner', async () => {
    await world.api.create(deployments, deployment('last'));
    await rolledOut('last', 3);
    await world.api.delete(deployments, { namespace: 'default', name: 'last' }, { propagationPolicy: 'Foreground' });
    await world.untilOne(deployments, 'default/last', (each) => each === undefined);
    await gone(pods, 'last');
  });

  test('orphaned replica sets stay, and are adopted again', async () => {
    await world.api.create(deployments, deployment('lost'));
    await rolledOut('lost', 3);
    await world.api.delete(deployments, { namespace: 'default', name: 'lost' }, { propagationPolicy: 'Orphan' });
    await world.untilOne(deployments, 'default/lost', (each) => each === undefined);
    const [orphan] = await world
      .until(replicaSets, (all) => all.some(({ metadata }) => metadata.labels?.app === 'lost' && !metadata.ownerReferences?.length))
      .then((all) => all.filter(({ metadata }) => metadata.labels?.app === 'lost'));
    await world.api.create(deployments, deployment('lost'));
    await world.until(replicaSets, (all) =>
      all.some(({ metadata }) => metadata.uid === orphan?.metadata.uid && metadata.ownerReferences?.length === 1),
    );
  });
});

describe('services', () => {
  test('list their ready pods in endpoint slices', async () => {
    await world.api.create(services, {
      metadata: { name: 'site', namespace: 'default' },
      spec: { selector: { app: 'site' }, ports: [{ port: 80, targetPort: 8080 }] },
    });
    await world.api.create(deployments, deployment('site', 2));
    const slices = await world.until(endpointSlices, (all) => {
      return all.some(
        ({ metadata, endpoints }) =>
          metadata.labels?.['kubernetes.io/service-name'] === 'site' &&
          endpoints?.filter(({ conditions }) => conditions?.ready).length === 2,
      );
    });
    const slice = slices.find(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'site');
    expect(slice).toMatchObject({ addressType: 'IPv4', ports: [{ port: 8080, protocol: 'TCP' }] });
    await world.api.delete(services, { namespace: 'default', name: 'site' });
    await world.untilOne(endpointSlices, keyOf(slice as never), (each) => each === undefined);
  });
});

describe('daemon sets', () => {
  test('run on every node, also on one that comes later', async () => {
    await world.api.create(daemonSets, {
      metadata: { name: 'agent', namespace: 'default' },
      spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent') },
    });
    await world.untilOne(daemonSets, 'default/agent', (each) => each?.status?.numberAvailable === 3);
    await world.addNode('late');
    await world.untilOne(daemonSets, 'default/agent', (each) => each?.status?.numberAvailable === 4);
    await world.api.patch(
      daemonSets,
      { namespace: 'default', name: 'agent' },
      { spec: { template: { spec: { containers: [{ name: 'c', image: 'v2' }] } } } },
      { type: 'strategic' },
    );
    await world.untilOne(
      daemonSets,
      'default/agent',
      (each) => each?.status?.observedGeneration === 2 && each.status.updatedNumberScheduled === 4 && each.status.numberAvailable === 4,
    );
    const nodesUsed = world.informers
      .of(pods)
      .list('default')
      .filter(({ metadata }) => metadata.labels?.app === 'agent')
      .map(({ spec }) => spec.nodeName);
    expect(nodesUsed.sort()).toEqual(['late', 'node-1', 'node-2', 'node-3']);
  });
});

describe('jobs', () => {
  test('complete and let their pods go', async () => {
    await world.api.create(jobs, job('count', { completions: 4, parallelism: 2 }));
    const ended = await world.untilOne(jobs, 'default/count', complete);
    expect(ended?.status).toMatchObject({ succeeded: 4, completionTime: expect.any(String) });
    await world.until(pods, (all) =>
      all
        .filter(({ metadata }) => metadata.labels?.['batch.kubernetes.io/job-name'] === 'count')
        .every(({ metadata }) => !metadata.finalizers?.length),
    );
  });

  test('indexed jobs cover every index', async () => {
    await world.api.create(jobs, job('indexed', { completions: 3, parallelism: 3, completionMode: 'Indexed' }));
    const ended = await world.untilOne(jobs, 'default/indexed', complete);
    expect(ended?.status).toMatchObject({ succeeded: 3, completedIndexes: '0-2' });
  });

  test('fail at their back-off limit', async () => {
    await world.api.create(jobs, job('doomed', { backoffLimit: 0 }, { ends: 'badly' }));
    const ended = await world.untilOne(jobs, 'default/doomed', (each) => failed(each) !== undefined);
    expect(failed(ended)).toMatchObject({ reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' });
    expect(ended?.status).toMatchObject({ failed: 1 });
  });

  test('wait while suspended', async () => {
    await world.api.create(jobs, job('later', { suspend: true }));
    await world.untilOne(
      jobs,
      'default/later',
      (each) => each?.status?.conditions?.some(({ type, status }) => type === 'Suspended' && status === 'True') ?? false,
    );
    expect(
      world.informers
        .of(pods)
        .list()
        .filter(({ metadata }) => metadata.labels?.['batch.kubernetes.io/job-name'] === 'later'),
    ).toEqual([]);
    await world.api.patch(jobs, { namespace: 'default', name: 'later' }, { spec: { suspend: false } }, { type: 'merge' });
    await world.untilOne(jobs, 'default/later', complete);
  });
});

describe('namespaces', () => {
  test('come with a service account and the root certificate', async () => {
    await world.api.create(namespaces, { metadata: { name: 'fresh' }, spec: {} });
    await world.untilOne(serviceAccounts, 'fresh/default', (each) => each !== undefined);
    await world.untilOne(configMaps, 'fresh/kube-root-ca.crt', (each) => each?.data?.['ca.crt'] !== undefined);
  });

  test('go with all they hold', async () => {
    await world.api.create(namespaces, { metadata: { name: 'full' }, spec: {} });
    await world.untilOne(serviceAccounts, 'full/default', (each) => each !== undefined);
    await world.api.create(deployments, { ...deployment('web'), metadata: { name: 'web', namespace: 'full' } });
    await world.untilOne(deployments, 'full/web', (each) => each?.status?.availableReplicas === 3);
    await world.api.delete(namespaces, { name: 'full' });
    await world.untilOne(namespaces, 'full', (each) => each === undefined);
    expect((await world.api.list(pods, { namespace: 'full' })).items).toEqual([]);
  });
});
