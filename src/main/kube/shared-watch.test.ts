import { expect, test } from 'vitest';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { RemoteError } from '../../ipc/errors.ts';
import type { WatchDelta } from '../../ipc/kube.ts';
import { Mailbox } from '../../ipc/mailbox.ts';
import { configMaps, secrets } from '../../kubernetes/api/resources.ts';
import type { KubeObject } from '../../kubernetes/machinery/meta.ts';
import type { ResourceType } from '../../kubernetes/machinery/resource.ts';
import { ApiError } from '../../kubernetes/machinery/status.ts';
import { SharedWatch, type WatchConnection } from './shared-watch.ts';

/** A server whose lists and watches the test writes. */
class ScriptedServer {
  objects: KubeObject[] = [];
  version = 1;
  fault: Error | undefined;
  readonly requests: string[] = [];
  #watch = new Mailbox<Buffer>();

  readonly connection = {
    json: async (_method: string, path: string) => {
      this.requests.push(path);
      if (this.fault) throw this.fault;
      return { metadata: { resourceVersion: String(this.version) }, items: this.objects };
    },
    stream: async function* (this: ScriptedServer, path: string) {
      this.requests.push(path);
      this.#watch = new Mailbox();
      yield* this.#watch;
    }.bind(this),
  } as unknown as WatchConnection;

  event(type: string, object: KubeObject): void {
    this.#watch.push(Buffer.from(`${JSON.stringify({ type, object })}\n`));
  }

  endWatch(error?: Error): void {
    this.#watch.close(error);
  }
}

const map = (name: string, version: string, more: object = {}): KubeObject => ({
  metadata: { name, namespace: 'ns', uid: name, resourceVersion: version },
  ...more,
});

/** A subscriber that remembers what it was told. */
function subscribe(watch: SharedWatch) {
  const deltas: WatchDelta[] = [];
  const controller = new AbortController();
  const done = (async () => {
    for await (const delta of watch.subscribe(controller.signal)) deltas.push(delta);
  })();
  return { deltas, stop: () => controller.abort(), done };
}

function start(server: ScriptedServer, resource: ResourceType = configMaps) {
  const clock = new FakeClock();
  const watch = new SharedWatch(async () => server.connection, { resource }, clock);
  return { clock, watch };
}

const names = (delta: WatchDelta | undefined) =>
  delta?.type === 'changes' ? delta.set.map((object) => object.metadata.name) : delta?.type;

test('tells the list, that it is whole, then changes and deletions', async () => {
  const server = new ScriptedServer();
  server.objects = [map('a', '1'), map('b', '1')];
  const { clock, watch } = start(server);
  const { deltas } = subscribe(watch);
  await clock.advance(100);
  expect(deltas.map(names)).toEqual([['a', 'b'], 'synced']);
  server.event('MODIFIED', map('a', '2'));
  server.event('DELETED', map('b', '3'));
  await clock.advance(100);
  expect(deltas.slice(2)).toMatchObject([
    { type: 'changes', set: [{ metadata: { name: 'a', resourceVersion: '2' } }], removed: [] },
    { type: 'changes', set: [], removed: ['ns/b'] },
  ]);
  watch[Symbol.dispose]();
});

test('a second window starts from the full picture and asks the server for nothing', async () => {
  const server = new ScriptedServer();
  server.objects = [map('a', '1')];
  const { clock, watch } = start(server);
  subscribe(watch);
  await clock.advance(100);
  const asked = server.requests.length;
  const second = subscribe(watch);
  await clock.advance(100);
  expect(second.deltas.map(names)).toEqual([['a'], 'synced']);
  expect(server.requests).toHaveLength(asked);
  watch[Symbol.dispose]();
});

test('a watch the server ends resumes from the last version', async () => {
  const server = new ScriptedServer();
  const { clock, watch } = start(server);
  subscribe(watch);
  await clock.advance(100);
  server.event('BOOKMARK', map('', '41'));
  await clock.advance(100);
  server.endWatch();
  await clock.advance(100);
  expect(server.requests.at(-1)).toContain('resourceVersion=41');
  watch[Symbol.dispose]();
});

test('after a lost server it lists again and tells only what differs', async () => {
  const server = new ScriptedServer();
  server.objects = [map('a', '1'), map('b', '1'), map('c', '1')];
  const { clock, watch } = start(server);
  const { deltas } = subscribe(watch);
  await clock.advance(100);
  server.fault = new RemoteError('away', 'Unreachable');
  server.endWatch(server.fault);
  await clock.advance(100);
  expect(deltas.at(-1)).toMatchObject({ type: 'disconnected', error: { message: 'away', code: 'Unreachable' } });
  server.fault = undefined;
  server.objects = [map('a', '1'), map('c', '2')];
  await clock.advance(10_000);
  expect(deltas.slice(-2)).toMatchObject([{ type: 'changes', set: [{ metadata: { name: 'c' } }], removed: ['ns/b'] }, { type: 'synced' }]);
  watch[Symbol.dispose]();
});

test('a version too old to resume from is no fault worth telling', async () => {
  const server = new ScriptedServer();
  const { clock, watch } = start(server);
  const { deltas } = subscribe(watch);
  await clock.advance(100);
  server.endWatch(new ApiError({ code: 410, reason: 'Expired', message: 'too old resource version' }));
  await clock.advance(100);
  expect(deltas.map((delta) => delta.type)).not.toContain('disconnected');
  expect(server.requests.filter((path) => path.includes('limit=')).length).toBe(2);
  watch[Symbol.dispose]();
});

test('a slow window is told the latest of an object once', async () => {
  const server = new ScriptedServer();
  const { clock, watch } = start(server);
  const { deltas } = subscribe(watch);
  await clock.advance(100);
  for (let version = 2; version < 50; version++) server.event('MODIFIED', map('a', String(version)));
  await clock.advance(100);
  const told = deltas.flatMap((delta) => (delta.type === 'changes' ? delta.set : []));
  expect(told.at(-1)?.metadata.resourceVersion).toBe('49');
  expect(told.length).toBeLessThan(5);
  watch[Symbol.dispose]();
});

test('values of Secrets and managed fields stay in main', async () => {
  const server = new ScriptedServer();
  const secret = map('login', '1', { data: { password: 'aHVudGVyMg==' } });
  secret.metadata.managedFields = [{ manager: 'kubectl' }];
  secret.metadata.annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"password":"aHVudGVyMg=="}}', team: 'a' };
  server.objects = [secret];
  const { clock, watch } = start(server, secrets);
  const { deltas } = subscribe(watch);
  await clock.advance(100);
  const [delta] = deltas;
  expect(delta).toMatchObject({
    set: [{ kind: 'Secret', apiVersion: 'v1', data: { password: '' }, metadata: { annotations: { team: 'a' } } }],
  });
  expect(JSON.stringify(delta)).not.toContain('aHVudGVyMg');
  expect(JSON.stringify(delta)).not.toContain('managedFields');
  watch[Symbol.dispose]();
});
