import { describe, expect, test } from 'vitest';
import { configMaps } from '../../api/core/config-map.ts';
import { namespaces } from '../../api/core/namespace.ts';
import { pods } from '../../api/core/pod.ts';
import type { Namespace, Pod } from '../../api/generated/core-v1.ts';
import type { ObjectMeta } from '../../machinery/meta.ts';
import type { DeleteOptions } from './delete.ts';
import { deletionOf } from './deletion.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString().replace('.000Z', 'Z');

describe('pods', () => {
  interface Case {
    name: string;
    metadata?: Partial<ObjectMeta>;
    pod?: { nodeName?: string; phase?: string };
    options?: DeleteOptions;
    /** Seconds from now, and of grace; absent where the pod stays as it is. */
    marked?: [end: number, grace: number];
    remove: boolean;
  }

  test.each<Case>([
    { name: 'as long as its spec says', marked: [40, 40], remove: false },
    { name: 'as long as the request says', options: { gracePeriodSeconds: 5 }, marked: [5, 5], remove: false },
    { name: 'a negative period is one second', options: { gracePeriodSeconds: -7 }, marked: [1, 1], remove: false },
    { name: 'at once', options: { gracePeriodSeconds: 0 }, marked: [0, 0], remove: true },
    { name: 'on no node', pod: { nodeName: '' }, marked: [0, 0], remove: true },
    { name: 'finished', pod: { phase: 'Succeeded' }, options: { gracePeriodSeconds: 9 }, marked: [0, 0], remove: true },
    {
      name: 'at once, but for a finalizer',
      metadata: { finalizers: ['x/y'] },
      options: { gracePeriodSeconds: 0 },
      marked: [0, 0],
      remove: false,
    },
    { name: 'again', metadata: { deletionTimestamp: at(20), deletionGracePeriodSeconds: 30 }, remove: false },
    {
      name: 'again, with more time',
      metadata: { deletionTimestamp: at(20), deletionGracePeriodSeconds: 30 },
      options: { gracePeriodSeconds: 60 },
      remove: false,
    },
    {
      name: 'again, with other finalizers: too late',
      metadata: { deletionTimestamp: at(20), deletionGracePeriodSeconds: 30 },
      options: { propagationPolicy: 'Foreground' },
      remove: false,
    },
    {
      name: 'again, with less time: since it was deleted',
      metadata: { deletionTimestamp: at(20), deletionGracePeriodSeconds: 30 },
      options: { gracePeriodSeconds: 15 },
      marked: [5, 15],
      remove: false,
    },
    {
      name: 'again, with less time than has passed: the least there is',
      metadata: { deletionTimestamp: at(20), deletionGracePeriodSeconds: 30 },
      options: { gracePeriodSeconds: 5 },
      marked: [0, 1],
      remove: false,
    },
    {
      name: 'again, at once',
      metadata: { deletionTimestamp: at(20), deletionGracePeriodSeconds: 30 },
      options: { gracePeriodSeconds: 0 },
      marked: [0, 0],
      remove: true,
    },
    { name: 'whose time is over', metadata: { deletionTimestamp: at(-5), deletionGracePeriodSeconds: 0 }, remove: true },
  ])('$name', ({ metadata = {}, pod = {}, options = {}, marked, remove }) => {
    const object = {
      metadata: { name: 'p', generation: 3, ...metadata },
      spec: { nodeName: pod.nodeName ?? 'n', terminationGracePeriodSeconds: 40 },
      status: { phase: pod.phase ?? 'Running' },
    } as Pod;
    const deletion = deletionOf(pods, object, options, NOW);
    expect(deletion.remove).toBe(remove);
    expect(deletion.marked?.metadata).toEqual(
      marked && {
        ...object.metadata,
        deletionTimestamp: at(marked[0]),
        deletionGracePeriodSeconds: marked[1],
        generation: metadata.deletionTimestamp ? 3 : 4,
      },
    );
  });
});

describe('kinds without grace', () => {
  const deletion = (metadata: Partial<ObjectMeta>, options: DeleteOptions = {}) =>
    deletionOf(configMaps, { metadata: { name: 'c', ...metadata } }, options, NOW);

  test('go at once where nothing holds them', () => expect(deletion({}, { gracePeriodSeconds: 30 })).toEqual({ remove: true }));

  test('wait for finalizers', () => {
    expect(deletion({ finalizers: ['x/y'], generation: 1 })).toEqual({
      marked: {
        metadata: { name: 'c', finalizers: ['x/y'], generation: 2, deletionTimestamp: at(0), deletionGracePeriodSeconds: 0 },
      },
      remove: false,
    });
  });

  test('stay as they are when they wait already', () => {
    const waiting = { finalizers: ['x/y'], deletionTimestamp: at(-9), deletionGracePeriodSeconds: 0 };
    expect(deletion(waiting)).toEqual({ remove: false });
    expect(deletion(waiting, { propagationPolicy: 'Orphan' }).marked?.metadata).toEqual({
      name: 'c',
      ...waiting,
      finalizers: ['x/y', 'orphan'],
    });
  });

  test('go when the wait was for the garbage collector, and is called off', () => {
    const waiting = { finalizers: ['foregroundDeletion'], deletionTimestamp: at(-9), deletionGracePeriodSeconds: 0 };
    expect(deletion(waiting, { propagationPolicy: 'Background' })).toEqual({ remove: true });
  });
});

describe('namespaces', () => {
  const deletion = (namespace: Partial<Namespace>, options: DeleteOptions = {}) =>
    deletionOf(namespaces, { metadata: { name: 'n' }, ...namespace } as Namespace, options, NOW);

  test('begin to terminate, whatever holds them', () => {
    for (const finalizers of [[], ['kubernetes']]) {
      expect(deletion({ spec: { finalizers }, status: { phase: 'Active' } })).toMatchObject({
        marked: { metadata: { deletionTimestamp: at(0) }, status: { phase: 'Terminating' } },
        remove: false,
      });
    }
    expect(deletion({}, { propagationPolicy: 'Foreground' }).marked?.metadata.finalizers).toEqual(['foregroundDeletion']);
  });

  test('stay as they are while they are emptied, and go once they are empty', () => {
    const metadata = { name: 'n', deletionTimestamp: at(-5) };
    expect(deletion({ metadata, spec: { finalizers: ['kubernetes'] } })).toEqual({ remove: false });
    expect(deletion({ metadata, spec: {} })).toEqual({ remove: true });
  });
});
