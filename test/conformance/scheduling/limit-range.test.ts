// Conformance: the two of "LimitRange".
import { expect } from 'vitest';
import { apiBehaviour, byLabels, namesOf } from '../../support/api-behaviour.ts';
import { IMAGE } from '../../support/conformance-cluster.ts';
import { eventually } from '../../support/process.ts';

const amounts = (cpu: string, memory: string, storage: string) =>
  Object.fromEntries(Object.entries({ cpu, memory, 'ephemeral-storage': storage }).filter(([, amount]) => amount !== ''));

const LIMITS = {
  type: 'Container',
  min: amounts('50m', '100Mi', '100Gi'),
  max: amounts('500m', '500Mi', '500Gi'),
  default: amounts('500m', '500Mi', '500Gi'),
  defaultRequest: amounts('100m', '200Mi', '200Gi'),
};
const pod = (name: string, requests: object = {}, limits: object = {}) => ({
  metadata: { name },
  spec: { nodeSelector: { no: 'where' }, containers: [{ name: 'main', image: IMAGE, resources: { requests, limits } }] },
});

apiBehaviour('a limit range fills in what containers do not say, and bounds what they say, as long as it is there', async (space) => {
  const path = space.core('limitranges');
  const pods = space.core('pods');
  using watch = await space.watch(path);
  await space.create(path, { metadata: { name: 'range' }, spec: { limits: [{ ...LIMITS, maxLimitRequestRatio: {} }] } });
  expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { spec: { limits: [LIMITS] } } });
  const resourcesOf = async (body: object) => (await space.create(pods, body)).spec.containers[0].resources;
  expect(await resourcesOf(pod('no-resources'))).toEqual({ requests: LIMITS.defaultRequest, limits: LIMITS.default });
  // A limit is the request where none is given; the range's own request comes after.
  expect(await resourcesOf(pod('partial', amounts('', '150Mi', '150Gi'), amounts('300m', '', '')))).toEqual({
    requests: amounts('300m', '150Mi', '150Gi'),
    limits: amounts('300m', '500Mi', '500Gi'),
  });
  const tooLittle = pod('too-little', amounts('10m', '50Mi', '50Gi'));
  const tooMuch = pod('too-much', amounts('600m', '600Mi', '600Gi'));
  expect(await space.refused('POST', pods, tooLittle)).toMatchObject({ code: 403, reason: 'Forbidden' });
  // More than the limit that was filled in for it.
  await space.refused('POST', pods, tooMuch);

  const min = amounts('9m', '49Mi', '49Gi');
  await space.update(`${path}/range`, ({ spec }) => {
    spec.limits[0].min = min;
  });
  expect((await space.get(`${path}/range`)).spec.limits[0].min).toEqual(min);
  await eventually(() => space.create(pods, tooLittle), 20);
  await space.refused('POST', pods, tooMuch);
  await space.delete(`${path}/range`, { gracePeriodSeconds: 30 });
  await eventually(async () => expect((await space.get(path)).items).toEqual([]));
  await eventually(() => space.create(pods, tooMuch), 30);
});

apiBehaviour('limit ranges are listed in all namespaces, patched, and deleted as a collection', async (space) => {
  const other = await space.anotherNamespace();
  const labels = { 'e2e-test': space.namespace, state: 'created' };
  const range = { metadata: { name: 'range', labels }, spec: { limits: [LIMITS] } };
  const path = space.core('limitranges');
  const made = await space.create(path, range);
  await space.create(`/api/v1/namespaces/${other}/limitranges`, range);
  const everywhere = `/api/v1/limitranges?${byLabels({ 'e2e-test': space.namespace })}`;
  expect(namesOf(await space.get(everywhere))).toEqual(['range', 'range']);
  const min = amounts('9m', '49Mi', '49Gi');
  const patched = await space.patch('strategic', `${path}/range`, {
    metadata: { creationTimestamp: made.metadata.creationTimestamp, labels: { state: 'patched' } },
    spec: { limits: [{ ...LIMITS, min }] },
  });
  expect(patched).toMatchObject({ metadata: { labels: { state: 'patched' } }, spec: { limits: [{ min }] } });
  expect(patched.spec.limits).toHaveLength(1);
  await space.delete(`${path}?${byLabels({ state: 'patched' })}`);
  const left = await space.get(everywhere);
  expect(left.items.map(({ metadata }: { metadata: { namespace: string } }) => metadata.namespace)).toEqual([other]);
});
