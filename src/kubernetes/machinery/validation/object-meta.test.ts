import { describe, expect, test } from 'vitest';
import type { ObjectMeta } from '../meta.ts';
import { metadataRules, metadataUpdateRules } from './object-meta.ts';

const good: ObjectMeta = { name: 'a', namespace: 'b' };
const lines = (faults: Iterable<{ field: string; message: string }>) => [...faults].map(({ field, message }) => `${field}: ${message}`);
const faults = (meta: ObjectMeta, namespaced = true) =>
  lines(metadataRules(meta, { namespaced, nameRule: 'dnsSubdomain', standardFinalizers: true }));

test('a name and a namespace are enough', () => {
  expect(faults(good)).toEqual([]);
  expect(faults({ name: 'a' }, false)).toEqual([]);
});

describe('what is refused', () => {
  test.each<[string, ObjectMeta, string]>([
    ['no name', { namespace: 'b' }, 'metadata.name: Required value: name or generateName is required'],
    ['no namespace', { name: 'a' }, 'metadata.namespace: Required value'],
    ['a negative generation', { ...good, generation: -1 }, 'metadata.generation: Invalid value: -1: must be greater than or equal to 0'],
    ['a slash in a label', { ...good, labels: { a: 'b/c' } }, 'metadata.labels: Invalid value: "b/c": a valid label must'],
    [
      'an annotation without a name',
      { ...good, annotations: { 'x/': '' } },
      'metadata.annotations: Invalid value: "x/": name part must be non-empty',
    ],
    [
      'a finalizer of nobody',
      { ...good, finalizers: ['mine'] },
      'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
    ],
    [
      'an owner without a name',
      { ...good, ownerReferences: [{ apiVersion: 'v1', kind: 'A', name: '', uid: 'u' }] },
      'metadata.ownerReferences.name',
    ],
  ])('%s', (_, meta, fault) => {
    expect(faults(meta)[0]).toContain(fault);
  });

  test('annotations that are too big', () => {
    expect(faults({ ...good, annotations: { a: 'x'.repeat(256 * 1024) } })).toEqual([
      'metadata.annotations: Too long: may not be more than 262144 bytes',
    ]);
  });

  test('two controllers', () => {
    const owner = (name: string) => ({ apiVersion: 'v1', kind: 'A', name, uid: name, controller: true });
    expect(faults({ ...good, ownerReferences: [owner('x'), owner('y')] })[0]).toContain(
      'Only one reference can have Controller set to true. Found "true" in references for x and y',
    );
  });
});

describe('updates', () => {
  const before: ObjectMeta = { ...good, uid: 'u', resourceVersion: '1', generation: 2, creationTimestamp: '2026-01-01T00:00:00Z' };
  const updateFaults = (change: Partial<ObjectMeta>, previous = before) => lines(metadataUpdateRules({ ...previous, ...change }, previous));

  test('labels and annotations change freely', () => {
    expect(updateFaults({ labels: { a: 'b' }, annotations: { c: 'd' } })).toEqual([]);
  });

  test.each<[Partial<ObjectMeta>, string]>([
    [{ name: 'x' }, 'metadata.name: Invalid value: "x": field is immutable'],
    [{ uid: 'x' }, 'metadata.uid: Invalid value: "x": field is immutable'],
    [{ resourceVersion: '' }, 'metadata.resourceVersion: Invalid value: "": must be specified for an update'],
    [{ generation: 1 }, 'metadata.generation: Invalid value: 1: must not be decremented'],
  ])('%j', (change, fault) => {
    expect(updateFaults(change)).toEqual([fault]);
  });

  test('an object that goes gets no new finalizers', () => {
    const going = { ...before, deletionTimestamp: '2026-01-02T00:00:00Z' };
    expect(updateFaults({ finalizers: ['a/b'] }, going)).toEqual([
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a/b"}',
    ]);
  });
});
