// Conformance: the five of "Watchers".
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour } from '../../support/api-behaviour.ts';
import type { ClusterWatch } from '../../support/cluster-watch.ts';

const LABEL = 'watch-this-configmap';

const configMap = (name: string, value: string) => ({ metadata: { name, labels: { [LABEL]: value } } });

const watching = (space: ApiSpace, values: string[], resourceVersion?: string) => {
  const selector = encodeURIComponent(`${LABEL} in (${values.join(',')})`);
  return space.watch(
    `${space.core('configmaps')}?labelSelector=${selector}${resourceVersion ? `&resourceVersion=${resourceVersion}` : ''}`,
  );
};

const mutate = (space: ApiSpace, name: string, count: number) =>
  space.update(space.core('configmaps', name), (object) => {
    object.data = { mutation: String(count) };
  });

const relabel = (space: ApiSpace, name: string, value: string) =>
  space.update(space.core('configmaps', name), (object) => {
    object.metadata.labels[LABEL] = value;
  });

/** Nothing but this comes next: what the watch must not see would come first. */
async function sees(watches: readonly ClusterWatch[], type: string, object: object): Promise<void> {
  for (const watch of watches) expect(await watch.next()).toMatchObject({ type, object });
}

apiBehaviour('watches see what matches their selector: made, changed, deleted', async (space) => {
  using a = await watching(space, ['a']);
  using b = await watching(space, ['b']);
  using both = await watching(space, ['a', 'b']);
  await sees([a, both], 'ADDED', await space.create(space.core('configmaps'), configMap('one', 'a')));
  for (const count of [1, 2]) await sees([a, both], 'MODIFIED', await mutate(space, 'one', count));
  await space.delete(space.core('configmaps', 'one'));
  await sees([a, both], 'DELETED', { metadata: { name: 'one' }, data: { mutation: '2' } });

  await sees([b, both], 'ADDED', await space.create(space.core('configmaps'), configMap('two', 'b')));
  await space.delete(space.core('configmaps', 'two'));
  await sees([b, both], 'DELETED', { metadata: { name: 'two' } });
  // The first watch has seen nothing of the second object.
  await sees([a, both], 'ADDED', await space.create(space.core('configmaps'), configMap('three', 'a')));
});

apiBehaviour('a watch starts at a version of the past', async (space) => {
  await space.create(space.core('configmaps'), configMap('one', 'v'));
  const first = await mutate(space, 'one', 1);
  const second = await mutate(space, 'one', 2);
  await space.delete(space.core('configmaps', 'one'));
  using watch = await watching(space, ['v'], first.metadata.resourceVersion);
  await sees([watch], 'MODIFIED', second);
  await sees([watch], 'DELETED', { metadata: { name: 'one' } });
});

apiBehaviour('a watch goes on where another ended', async (space) => {
  let last: string;
  {
    using broken = await watching(space, ['r']);
    await sees([broken], 'ADDED', await space.create(space.core('configmaps'), configMap('one', 'r')));
    await mutate(space, 'one', 1);
    last = (await broken.next()).object.metadata.resourceVersion;
  }
  const second = await mutate(space, 'one', 2);
  using watch = await watching(space, ['r'], last);
  await space.delete(space.core('configmaps', 'one'));
  await sees([watch], 'MODIFIED', second);
  await sees([watch], 'DELETED', { metadata: { name: 'one' } });
});

apiBehaviour('an object that stops matching is deleted for the watch, and added when it matches again', async (space) => {
  using watch = await watching(space, ['right']);
  await sees([watch], 'ADDED', await space.create(space.core('configmaps'), configMap('one', 'right')));
  await sees([watch], 'MODIFIED', await mutate(space, 'one', 1));
  await relabel(space, 'one', 'wrong');
  await sees([watch], 'DELETED', { metadata: { name: 'one' } });
  await mutate(space, 'one', 2);
  await sees([watch], 'ADDED', await relabel(space, 'one', 'right'));
  await sees([watch], 'MODIFIED', await mutate(space, 'one', 3));
  await space.delete(space.core('configmaps', 'one'));
  await sees([watch], 'DELETED', { metadata: { name: 'one' } });
});

const EVENTS = 100;
async function produce(space: ApiSpace, until: AbortSignal): Promise<void> {
  const path = space.core('configmaps');
  for (let index = 0; !until.aborted; index++) {
    const name = `cm-${index % 10}`;
    if (index < 10) await space.create(path, { metadata: { name } });
    else if (index % 3 === 0) await mutate(space, name, index);
    else if ((await space.ask('DELETE', `${path}/${name}`)).code === 200) await space.create(path, { metadata: { name } });
  }
}

apiBehaviour('watches begun at different versions see the same, in the same order', async (space) => {
  const stop = new AbortController();
  const path = space.core('configmaps');
  const start = (await space.get(path)).metadata.resourceVersion;
  using first = await space.watch(`${path}?resourceVersion=${start}`);
  const producing = produce(space, stop.signal);
  const watches: ClusterWatch[] = [];
  try {
    for (let index = 0; index < EVENTS; index++) {
      const { resourceVersion } = (await first.next()).object.metadata;
      if (index < 20) watches.push(await space.watch(`${path}?resourceVersion=${resourceVersion}`));
      // Each watch begins after the event that began it, and sees every one from there.
      const begun = index < 20 ? watches.slice(0, -1) : watches;
      const seen = await Promise.all(begun.map(async (watch) => (await watch.next()).object.metadata.resourceVersion));
      expect(new Set([resourceVersion, ...seen])).toEqual(new Set([resourceVersion]));
    }
  } finally {
    stop.abort();
    await producing;
    for (const watch of watches) watch[Symbol.dispose]();
  }
});
