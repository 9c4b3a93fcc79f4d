import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeApi } from '../../../test/support/fake-api.ts';
import { FakeClock, settled } from '../../../test/support/fake-clock.ts';
import { events } from '../api/resources.ts';
import { EventRecorder } from './events.ts';

let api: FakeApi;
let clock: FakeClock;
let stop: AbortController;
let recorder: EventRecorder;
const subject = { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'web', namespace: 'ns', uid: 'u1' } };

beforeEach(() => {
  clock = new FakeClock();
  api = new FakeApi(() => clock.now());
  stop = new AbortController();
  recorder = new EventRecorder({ api, component: 'kubelet', host: 'n1', signal: stop.signal, clock });
});

afterEach(() => stop.abort());

test('an event says what, about whom and by whom', async () => {
  recorder.normal(subject, 'Pulled', 'image pulled');
  await settled();
  const { items } = await api.list(events);
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({
    metadata: { namespace: 'ns', name: expect.stringMatching(/^web\.[0-9a-f]{16}$/) },
    involvedObject: { kind: 'Pod', namespace: 'ns', name: 'web', uid: 'u1' },
    type: 'Normal',
    reason: 'Pulled',
    message: 'image pulled',
    count: 1,
    source: { component: 'kubelet', host: 'n1' },
  });
});

test('the same event again counts up', async () => {
  for (let round = 0; round < 3; round++) {
    recorder.warning(subject, 'BackOff', 'restarting');
    await clock.advance(1000);
  }
  const { items } = await api.list(events);
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ count: 3, firstTimestamp: '2030-01-01T00:00:00Z', lastTimestamp: '2030-01-01T00:00:02Z' });
});

test('many that differ only in the message become one, and a flood stops', async () => {
  for (let round = 0; round < 40; round++) recorder.warning(subject, 'Failed', `try ${round}`);
  await settled();
  const { items } = await api.list(events);
  expect(items).toHaveLength(10);
  expect(items.at(-1)).toMatchObject({ message: '(combined from similar events): try 24', count: 16 });
});

test('cluster-scoped subjects have their events in default', async () => {
  recorder.normal({ kind: 'Node', apiVersion: 'v1', metadata: { name: 'n1' } }, 'Starting', 'starting');
  await settled();
  expect((await api.list(events)).items[0]?.metadata.namespace).toBe('default');
});
