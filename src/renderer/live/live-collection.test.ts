import { expect, test } from 'vitest';
import { RemoteError } from '../../ipc/errors.ts';
import type { WatchDelta } from '../../ipc/kube.ts';
import { configMaps } from '../../kubernetes/api/resources.ts';
import type { KubeObject } from '../../kubernetes/machinery/meta.ts';
import { LiveCollection, type LiveOptions } from './live-collection.ts';

type Watch = LiveOptions['watch'];

function setUp() {
  let listener: Parameters<Watch>[1] | undefined;
  let retry: (() => void) | undefined;
  let opened = 0;
  const collection = new LiveCollection({
    cluster: 'dev',
    resource: configMaps,
    watch: (_input, given) => {
      opened += 1;
      listener = given;
      return { send() {}, close() {} };
    },
    schedule: (notify) => notify(),
    later: (run) => {
      retry = run;
    },
  });
  collection.start();
  const tell = (delta: WatchDelta) => listener?.item(delta);
  const names = () => collection.getSnapshot().items.map((object) => object.metadata.name);
  return { collection, tell, names, end: (error?: Error) => listener?.end?.(error), retry: () => retry?.(), opened: () => opened };
}

const changes = (set: string[], removed: string[] = []): WatchDelta => ({
  type: 'changes',
  set: set.map((name): KubeObject => ({ metadata: { name } })),
  removed,
});

test('is loading until the picture is whole', () => {
  const { collection, tell, names } = setUp();
  tell(changes(['a', 'b']));
  expect(collection.getSnapshot().phase).toBe('loading');
  tell({ type: 'synced' });
  tell(changes(['c'], ['a']));
  expect(collection.getSnapshot().phase).toBe('live');
  expect(names()).toEqual(['b', 'c']);
});

test('a lost server leaves what was known, marked as old', () => {
  const { collection, tell, names } = setUp();
  tell(changes(['a']));
  tell({ type: 'synced' });
  tell({ type: 'disconnected', error: { message: 'away', code: 'Unreachable' } });
  expect(collection.getSnapshot()).toMatchObject({ phase: 'stale', error: { message: 'away' } });
  expect(names()).toEqual(['a']);
  tell({ type: 'synced' });
  expect(collection.getSnapshot()).toMatchObject({ phase: 'live', error: undefined });
});

test('a server that never answered is a failure', () => {
  const { collection, tell } = setUp();
  tell({ type: 'disconnected', error: { message: 'forbidden' } });
  expect(collection.getSnapshot()).toMatchObject({ phase: 'failed', error: { message: 'forbidden' } });
});

test('opened again, it forgets what was deleted meanwhile, and nothing flickers on the way', () => {
  const { tell, names, end, retry, opened, collection } = setUp();
  tell(changes(['a', 'b']));
  tell({ type: 'synced' });
  end(new RemoteError('lost', 'Disconnected'));
  retry();
  expect(opened()).toBe(2);
  tell(changes(['b', 'c']));
  expect(names()).toEqual(['a', 'b', 'c']);
  tell({ type: 'synced' });
  expect(names()).toEqual(['b', 'c']);
  expect(collection.getSnapshot().phase).toBe('live');
});
