import { expect, test } from 'vitest';
import { FakeApi } from '../../../test/support/fake-api.ts';
import { FakeClock, settled } from '../../../test/support/fake-clock.ts';
import { leases } from '../api/resources.ts';
import { lead } from './leader-election.ts';

function contest() {
  const clock = new FakeClock();
  const api = new FakeApi(() => clock.now());
  const leading: string[] = [];
  const start = (identity: string) => {
    const stop = new AbortController();
    const options = { api, namespace: 'kube-system', name: 'manager', identity, clock };
    const run = (signal: AbortSignal) => {
      leading.push(identity);
      return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    };
    return { stop, ended: lead(options, run, stop.signal) };
  };
  return { clock, api, leading, start };
}

test('one leads, the next follows when the first steps down', async () => {
  const { clock, leading, start } = contest();
  const first = start('a');
  await settled();
  const second = start('b');
  await clock.advance(60_000);
  expect(leading).toEqual(['a']);
  first.stop.abort();
  await first.ended;
  await clock.advance(3_000);
  expect(leading).toEqual(['a', 'b']);
  second.stop.abort();
  await clock.advance(0);
  await second.ended;
});

test('a leader that cannot renew stops leading', async () => {
  const { clock, api, leading, start } = contest();
  const first = start('a');
  await settled();
  expect(leading).toEqual(['a']);
  api.get = () => Promise.reject(new Error('connection refused'));
  api.update = api.get as never;
  await clock.advance(15_000);
  await first.ended;
});

test('a dead leader is succeeded when its lease has run out', async () => {
  const { clock, api, leading, start } = contest();
  await api.create(leases, {
    metadata: { namespace: 'kube-system', name: 'manager' },
    spec: { holderIdentity: 'dead', leaseDurationSeconds: 15, leaseTransitions: 1 },
  });
  const next = start('b');
  await clock.advance(14_000);
  expect(leading).toEqual([]);
  await clock.advance(5_000);
  expect(leading).toEqual(['b']);
  expect((await api.get(leases, { namespace: 'kube-system', name: 'manager' })).spec).toMatchObject({
    holderIdentity: 'b',
    leaseTransitions: 2,
  });
  next.stop.abort();
  await clock.advance(0);
  await next.ended;
});
