// Conformance: "Events should manage the lifecycle of an event", "Events should delete a collection of events", "Events API
// should ensure that an event can be fetched, patched, deleted, and listed", "Events API should delete a collection of events".
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour, byLabels, namesOf } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';

const TIME = '2017-09-19T13:49:16.000000Z';

const coreEvent = (space: ApiSpace, name: string, labels: Record<string, string>) => ({
  metadata: { name, labels, creationTimestamp: null },
  involvedObject: { namespace: space.namespace },
  message: `This is ${name}`,
  reason: 'Test',
  type: 'Normal',
  count: 1,
  source: {},
  firstTimestamp: null,
  lastTimestamp: null,
  eventTime: null,
  reportingComponent: '',
  reportingInstance: '',
});

const newEvent = (space: ApiSpace, name: string, labels: Record<string, string>) => ({
  metadata: { name, labels, creationTimestamp: null },
  regarding: { namespace: space.namespace },
  eventTime: TIME,
  note: `This is ${name}`,
  action: 'Do',
  reason: 'Test',
  type: 'Normal',
  reportingController: 'test-controller',
  reportingInstance: 'test-node',
  deprecatedSource: {},
  deprecatedFirstTimestamp: null,
  deprecatedLastTimestamp: null,
});

/** An event but for what changes with every write. */
const steady = ({ metadata: { resourceVersion, managedFields, ...metadata }, ...event }: Anything) => ({ ...event, metadata });

apiBehaviour('an event of the core group is made, listed, patched, updated and deleted', async (space) => {
  const labels = { 'testevent-constant': space.namespace };
  const path = space.core('events');
  await space.create(path, coreEvent(space, 'one', labels));
  for (const list of [path, '/api/v1/events']) expect(namesOf(await space.get(`${list}?${byLabels(labels)}`))).toEqual(['one']);
  const before = await space.get(`${path}/one`);
  const series = { count: 2, lastObservedTime: TIME };
  await space.patch('strategic', `${path}/one`, { message: 'patched', series });
  expect(steady(await space.get(`${path}/one`))).toEqual({ ...steady(before), message: 'patched', series });
  const changed = { ...(await space.get(`${path}/one`)), series: { count: 100, lastObservedTime: TIME } };
  await space.replace(`${path}/one`, changed);
  expect(steady(await space.get(`${path}/one`))).toEqual(steady(changed));
  await space.delete(`${path}/one`);
  for (const list of [path, '/api/v1/events']) expect((await space.get(`${list}?${byLabels(labels)}`)).items).toEqual([]);
});

apiBehaviour('an event of its own group is made, found by who reports it, patched, updated and deleted', async (space) => {
  const labels = { 'testevent-constant': space.namespace };
  const path = space.in('events.k8s.io/v1', 'events');
  const lists = [path, '/apis/events.k8s.io/v1/events'];
  await space.create(path, newEvent(space, 'one', labels));
  for (const list of lists) expect(namesOf(await space.get(`${list}?${byLabels(labels)}`))).toEqual(['one']);
  expect(namesOf(await space.get(`${space.core('events')}?fieldSelector=source%3Dtest-controller`))).toEqual(['one']);
  expect(namesOf(await space.get(`${path}?fieldSelector=reportingController%3Dtest-controller`))).toEqual(['one']);
  const before = await space.get(`${path}/one`);
  await space.patch('strategic', `${path}/one`, { note: 'patched' });
  expect(steady(await space.get(`${path}/one`))).toEqual({ ...steady(before), note: 'patched' });
  // Without a version: whatever is there is replaced.
  const changed = { ...steady(before), note: 'patched', series: { count: 100, lastObservedTime: TIME } };
  await space.replace(`${path}/one`, changed);
  expect(steady(await space.get(`${path}/one`))).toEqual(changed);
  await space.delete(`${path}/one`);
  for (const list of lists) expect((await space.get(`${list}?${byLabels(labels)}`)).items).toEqual([]);
});

apiBehaviour('events of both groups are deleted as collections', async (space) => {
  const groups = [
    { path: space.core('events'), make: coreEvent, set: 'core' },
    { path: space.in('events.k8s.io/v1', 'events'), make: newEvent, set: 'new' },
  ];
  for (const { path, make, set } of groups) {
    const names = [1, 2, 3].map((index) => `${set}-${index}`);
    for (const name of names) await space.create(path, make(space, name, { set }));
    expect(namesOf(await space.get(`${path}?${byLabels({ set })}`))).toEqual(names);
    await space.delete(`${path}?${byLabels({ set })}`);
    expect((await space.get(`${path}?${byLabels({ set })}`)).items).toEqual([]);
  }
});
