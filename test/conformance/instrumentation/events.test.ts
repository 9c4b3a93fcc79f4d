import { expect } from 'vitest';
import { behaviour } from '../../support/conformance-space.ts';

behaviour('events of the core group: made, listed, patched, deleted as a collection', async (space) => {
  const event = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, labels: { set: 'test' } },
    involvedObject: { kind: 'Pod', name: 'p', namespace: space.namespace },
    reason: 'Tested',
    message: 'first',
    type: 'Normal',
    source: { component: 'tester' },
    count: 1,
  });
  await space.apply(event('one'), event('two'));
  await space.kubectl('patch', 'events', 'one', '--type=merge', '-p', '{"message":"second"}');
  expect(
    await space.kubectl('get', 'events', '--field-selector', 'reason=Tested,involvedObject.name=p', '-o', 'jsonpath={.items[*].message}'),
  ).toBe('second first');
  await space.kubectl('delete', 'events', '-l', 'set=test');
  expect(await space.kubectl('get', 'events', '-l', 'set=test', '-o', 'name')).toBe('');
});

behaviour('events of their own group: made, patched, replaced, seen in both groups', async (space) => {
  const event = {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'new', labels: { set: 'test' } },
    eventTime: '2024-01-01T00:00:00.000000Z',
    reportingController: 'example.com/tester',
    reportingInstance: 'tester-1',
    action: 'Testing',
    reason: 'Tested',
    regarding: { kind: 'Pod', name: 'p', namespace: space.namespace },
    note: 'first',
    type: 'Normal',
  };
  await space.apply(event);
  const patch = { series: { count: 2, lastObservedTime: '2024-01-01T00:00:05.000000Z' } };
  await space.kubectl('patch', 'events.events.k8s.io', 'new', '--type=merge', '-p', JSON.stringify(patch));
  expect(await space.kubectl('get', 'events.events.k8s.io', 'new', '-o', 'jsonpath={.series.count} {.note}')).toBe('2 first');
  expect(await space.kubectl('get', 'events.v1.', 'new', '-o', 'jsonpath={.message} {.involvedObject.name}')).toBe('first p');
  await space.kubectl('delete', 'events.events.k8s.io', '-l', 'set=test');
  expect(await space.kubectl('get', 'events.events.k8s.io', '-l', 'set=test', '-o', 'name')).toBe('');
});
