import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Change, CompactedError, FutureRevisionError, type Storage, type WriteResult } from '../storage.ts';

/** One implementation under test. */
export interface StorageUnderTest {
  /** An empty store. */
  open(): Promise<Storage>;
  /** Lets leases of this many seconds end. */
  letTimePass(seconds: number): Promise<void>;
  dispose(): Promise<void>;
}

const bytes = (text: string) => Buffer.from(text);
const done = (result: WriteResult) => {
  if (!result.done) throw new Error('the write was refused');
  return result.revision;
};

/** What every storage does, whatever is behind it. */
export function describeStorage(name: string, create: () => StorageUnderTest): void {
  describe(name, () => {
    let under: StorageUnderTest;
    let storage: Storage;
    beforeEach(async () => {
      under = create();
      storage = await under.open();
    });
    afterEach(async () => {
      await storage.close();
      await under.dispose();
    });

    const put = async (key: string, text: string, expect = 0) => done(await storage.write({ key, expect, value: bytes(text) }));
    const remove = async (key: string, expect: number) => done(await storage.write({ key, expect }));
    const keys = async (prefix: string, revision?: number) =>
      (await storage.list({ prefix, ...(revision ? { revision } : {}) })).items.map(({ key }) => key);

    /** Collects changes; `until` resolves when the change at a revision has arrived. */
    const follow = (prefix: string, from: number) => {
      const seen: Change[] = [];
      const failed = Promise.withResolvers<Error>();
      const waiting = new Map<number, () => void>();
      const watch = storage.watch({
        prefix,
        from,
        onChanges(changes) {
          for (const change of changes) {
            seen.push(change);
            waiting.get(change.revision)?.();
          }
        },
        onError: failed.resolve,
      });
      const until = (revision: number) =>
        new Promise<void>((resolve) => (seen.some((change) => change.revision === revision) ? resolve() : waiting.set(revision, resolve)));
      return { seen, until, failed: failed.promise, watch };
    };

    test('a key is written, read and written over', async () => {
      const first = await put('/a', 'one');
      expect(await storage.get('/a')).toMatchObject({ key: '/a', value: bytes('one'), createRevision: first, modRevision: first });
      const second = await put('/a', 'two', first);
      expect(second).toBeGreaterThan(first);
      expect(await storage.get('/a')).toMatchObject({ value: bytes('two'), createRevision: first, modRevision: second });
    });

    test('a key that is not there', async () => {
      expect(await storage.get('/none')).toBeUndefined();
      expect(await storage.write({ key: '/none', expect: 0 })).toEqual({ done: false, current: 0 });
    });

    test('a write that expects another version is refused and says which one there is', async () => {
      const revision = await put('/a', 'one');
      expect(await storage.write({ key: '/a', expect: 0, value: bytes('x') })).toEqual({ done: false, current: revision });
      expect(await storage.write({ key: '/a', expect: revision + 5 })).toEqual({ done: false, current: revision });
      expect(await storage.get('/a')).toMatchObject({ value: bytes('one') });
    });

    test('of writers that race for one key exactly one wins', async () => {
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) => storage.write({ key: '/a', expect: 0, value: bytes(String(i)) })),
      );
      expect(results.filter((result) => result.done)).toHaveLength(1);
    });

    test('concurrent writes get one revision each, in a row', async () => {
      const results = await Promise.all(Array.from({ length: 50 }, (_, i) => put(`/k/${i}`, 'v')));
      const first = Math.min(...results);
      expect([...results].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => first + i));
    });

    test('a deleted key is gone, and may come back as a new one', async () => {
      const first = await put('/a', 'one');
      const deletion = await remove('/a', first);
      expect(await storage.get('/a')).toBeUndefined();
      expect(await keys('/')).toEqual([]);
      const again = await put('/a', 'two');
      expect(again).toBeGreaterThan(deletion);
      expect(await storage.get('/a')).toMatchObject({ createRevision: again });
    });

    test('lists are in key order and hold exactly the prefix', async () => {
      for (const key of ['/b/2', '/a/1', '/b/1', '/c/1', '/b0']) await put(key, key);
      expect(await keys('/b/')).toEqual(['/b/1', '/b/2']);
      const { items, revision } = await storage.list({ prefix: '/b/' });
      expect(items.map(({ value }) => value.toString())).toEqual(['/b/1', '/b/2']);
      expect(revision).toBe(await storage.revision());
    });

    test('a list in pages', async () => {
      for (const i of [1, 2, 3, 4, 5]) await put(`/p/${i}`, 'v');
      const first = await storage.list({ prefix: '/p/', limit: 2 });
      expect(first).toMatchObject({ remaining: 3, items: [{ key: '/p/1' }, { key: '/p/2' }] });
      const rest = await storage.list({ prefix: '/p/', limit: 5, after: '/p/2', revision: first.revision });
      expect(rest).toMatchObject({ remaining: 0, items: [{ key: '/p/3' }, { key: '/p/4' }, { key: '/p/5' }] });
    });

    test('the past stays as it was', async () => {
      const first = await put('/a', 'one');
      const second = await put('/b', 'x');
      await put('/a', 'two', first);
      await remove('/b', second);
      expect(await storage.get('/a', first)).toMatchObject({ value: bytes('one') });
      expect(await storage.get('/b', second)).toMatchObject({ value: bytes('x') });
      expect(await keys('/', first)).toEqual(['/a']);
      expect(await keys('/', second)).toEqual(['/a', '/b']);
      expect(await keys('/')).toEqual(['/a']);
    });

    test('the future is refused', async () => {
      await expect(storage.list({ prefix: '/', revision: 1_000_000 })).rejects.toBeInstanceOf(FutureRevisionError);
    });

    test('a watch sees every later change of its prefix, once and in order', async () => {
      const { seen, until } = follow('/w/', (await storage.revision()) + 1);
      const first = await put('/w/a', 'one');
      await put('/other', 'x');
      const second = await put('/w/a', 'two', first);
      const third = await remove('/w/a', second);
      await until(third);
      expect(seen).toMatchObject([
        { type: 'put', key: '/w/a', value: bytes('one'), revision: first, createRevision: first },
        { type: 'put', key: '/w/a', value: bytes('two'), revision: second, createRevision: first },
        { type: 'delete', key: '/w/a', revision: third },
      ]);
    });

    test('a watch that starts in the past first sees history, then goes on without a gap', async () => {
      const first = await put('/w/a', '1');
      const second = await put('/w/b', '2');
      const { seen, until } = follow('/w/', first);
      const more = await Promise.all([3, 4, 5, 6].map((n) => put(`/w/${n}`, String(n))));
      const last = Math.max(...more);
      await until(last);
      expect(seen.map(({ revision }) => revision)).toEqual(Array.from({ length: last - first + 1 }, (_, i) => first + i));
      expect(second).toBe(first + 1);
    });

    test('a writer hears of its write after the watchers', async () => {
      const { seen } = follow('/w/', (await storage.revision()) + 1);
      await put('/w/a', '1');
      expect(seen).toHaveLength(1);
    });

    test('a disposed watch hears nothing more', async () => {
      const { seen, watch } = follow('/w/', (await storage.revision()) + 1);
      watch[Symbol.dispose]();
      await put('/w/a', '1');
      expect(seen).toEqual([]);
    });

    test('compaction forgets the past and keeps the present', async () => {
      const first = await put('/a', 'one');
      const second = await put('/a', 'two', first);
      const gone = await put('/gone', 'x');
      await remove('/gone', gone);
      const third = await put('/b', 'three');
      await storage.compact(third);
      expect(await keys('/')).toEqual(['/a', '/b']);
      expect(await keys('/', third)).toEqual(['/a', '/b']);
      expect(await storage.get('/a')).toMatchObject({ value: bytes('two'), createRevision: first, modRevision: second });
      await expect(storage.get('/a', first)).rejects.toBeInstanceOf(CompactedError);
      await expect(storage.compact(first)).rejects.toBeInstanceOf(CompactedError);
      expect(await follow('/', first).failed).toBeInstanceOf(CompactedError);
      expect(await put('/c', 'x')).toBe(third + 1);
    });

    test('a lease takes its keys along', async () => {
      const lease = await storage.grantLease(60);
      const leased = done(await storage.write({ key: '/e/1', expect: 0, value: bytes('x'), lease }));
      const detached = done(await storage.write({ key: '/e/2', expect: 0, value: bytes('x'), lease }));
      await put('/e/2', 'kept', detached);
      await put('/e/3', 'without lease');
      const { seen, until } = follow('/e/', leased);
      await under.letTimePass(59);
      expect(await keys('/e/')).toEqual(['/e/1', '/e/2', '/e/3']);
      const next = (await storage.revision()) + 1;
      await under.letTimePass(2);
      await until(next);
      expect(await keys('/e/')).toEqual(['/e/2', '/e/3']);
      expect(seen.at(-1)).toMatchObject({ type: 'delete', key: '/e/1' });
    });

    test('values are bytes, whatever they are', async () => {
      const value = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      await storage.write({ key: '/bin', expect: 0, value });
      await storage.write({ key: '/empty', expect: 0, value: Buffer.alloc(0) });
      expect((await storage.get('/bin'))?.value.equals(value)).toBe(true);
      expect((await storage.get('/empty'))?.value.length).toBe(0);
    });
  });
}
