import { describe, expect, test } from 'vitest';
import { lookupSchema } from '../../api/schemas.ts';
import { ListOfListsError, StrategicPatchError } from './strategic/errors.ts';
import { strategicMergePatch } from './strategic.ts';

const POD = 'io.k8s.api.core.v1.Pod';
const DEPLOYMENT = 'io.k8s.api.apps.v1.Deployment';

const patched = (original: object, patch: object, schema = POD) => strategicMergePatch(original, patch, schema, lookupSchema);
const spec = (original: object, patch: object) => patched({ spec: original }, { spec: patch }).spec;

describe('lists', () => {
  test('items with the same merge key are merged, others are put first', () => {
    const containers = [{ name: 'a', image: '1', args: ['x', 'y'] }, { name: 'b' }];
    const patch = [
      { name: 'b', image: '2' },
      { name: 'c', image: '3' },
    ];
    expect(spec({ containers }, { containers: patch })).toEqual({
      containers: [containers[0], { name: 'b', image: '2' }, { name: 'c', image: '3' }],
    });
  });

  test('lists without a merge strategy are replaced', () => {
    expect(spec({ containers: [{ name: 'a', args: ['x'] }] }, { containers: [{ name: 'a', args: ['y'] }] })).toEqual({
      containers: [{ name: 'a', args: ['y'] }],
    });
  });

  test('an item of the patch without its key is refused', () => {
    expect(() => spec({ containers: [{ name: 'a' }] }, { containers: [{ image: 'x' }] })).toThrow(
      'map: map[image:x] does not contain declared merge key: name',
    );
  });

  test('$patch: delete removes an item, $patch: replace starts afresh', () => {
    const containers = [{ name: 'a' }, { name: 'b' }];
    expect(spec({ containers }, { containers: [{ name: 'a', $patch: 'delete' }] })).toEqual({ containers: [{ name: 'b' }] });
    expect(spec({ containers }, { containers: [{ name: 'c' }, { $patch: 'replace' }] })).toEqual({ containers: [{ name: 'c' }] });
  });

  test('$setElementOrder orders what the patch knows of', () => {
    const containers = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
    expect(spec({ containers }, { '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }] })).toEqual({
      containers: [{ name: 'b' }, { name: 'c' }, { name: 'a' }],
    });
  });

  test('primitives are merged as sets, and deleted by name', () => {
    const metadata = { finalizers: ['x/a', 'x/b'] };
    expect(patched({ metadata }, { metadata: { finalizers: ['x/c'] } })).toEqual({ metadata: { finalizers: ['x/c', 'x/a', 'x/b'] } });
    expect(patched({ metadata }, { metadata: { '$deleteFromPrimitiveList/finalizers': ['x/a'] } })).toEqual({
      metadata: { finalizers: ['x/b'] },
    });
  });
});

describe('maps', () => {
  test('null deletes', () => {
    expect(patched({ metadata: { labels: { a: '1', b: '2' } } }, { metadata: { labels: { a: null } } })).toEqual({
      metadata: { labels: { b: '2' } },
    });
  });

  test('$patch: replace and delete', () => {
    const original = { metadata: { labels: { a: '1' } } };
    expect(patched(original, { metadata: { labels: { $patch: 'replace', b: '2' } } })).toEqual({ metadata: { labels: { b: '2' } } });
    expect(patched(original, { metadata: { labels: { $patch: 'delete' } } })).toEqual({ metadata: { labels: {} } });
    expect(() => patched(original, { metadata: { $patch: 'shake' } })).toThrow('unknown patch type: shake in map: map[$patch:shake]');
  });

  test('$retainKeys clears the other members of a union', () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } };
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
    expect(patched({ spec: { strategy } }, patch, DEPLOYMENT)).toEqual({ spec: { strategy: { type: 'Recreate' } } });
    expect(() => patched({ spec: { strategy } }, { spec: { strategy: { $retainKeys: ['type'], rollingUpdate: {} } } }, DEPLOYMENT)).toThrow(
      'invalid patch format of retainKeys',
    );
  });

  test('$patch and nulls in what is new to the object leave nothing behind', () => {
    expect(
      spec(
        {},
        {
          containers: [
            { name: 'a', $patch: 'delete' },
            { name: 'b', image: null, securityContext: { $patch: 'replace', privileged: true } },
          ],
        },
      ),
    ).toEqual({
      containers: [{ name: 'b' }],
    });
  });
});

test('neither argument is changed', () => {
  const [original, patch] = [{ spec: { containers: [{ name: 'a' }] } }, { spec: { containers: [{ name: 'a', $patch: 'delete' }] } }];
  const before = JSON.stringify([original, patch]);
  patched(original, patch);
  expect(JSON.stringify([original, patch])).toBe(before);
});

describe('patches that do not fit', () => {
  const containers = [{ name: 'a' }];
  const finalizers = { metadata: { finalizers: ['x'] } };

  test.each([
    [{ $patch: null }, 'unknown patch type: %!s(<nil>) in map: map[$patch:<nil>]'],
    [{ $patch: 1, x: [{}] }, 'unknown patch type: %!s(int64=1) in map: map[$patch:1 x:[map[]]]'],
    [{ '$setElementOrder/containers': 'x' }, 'expected a []interface {}, but received a string'],
    [{ '$setElementOrder/containers': [{ name: 'a' }], containers: null }, 'expected a []interface {}, but received a %!s(<nil>)'],
    [{ '$setElementOrder/tolerations': [], tolerations: [] }, 'no elements in any of the given slices'],
    [{ containers: [{ name: 'b', $patch: 'delete' }, {}] }, 'map: map[] does not contain declared merge key: name'],
    [{ containers: ['b'] }, 'list element types are not identical: [[map[name:a]] [b]]'],
    [
      { containers: [{ name: 'b' }], '$setElementOrder/containers': [{ name: 'a' }] },
      "The order in patch list:\n[map[name:b]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n",
    ],
  ])('%j', (patch, message) => {
    expect(() => spec({ containers }, patch)).toThrow(new StrategicPatchError(message));
  });

  test('a list in a list', () => {
    expect(() => spec({ containers }, { containers: [[]] })).toThrow(new ListOfListsError('lists of lists are not supported'));
  });

  test('objects in a list of primitives', () => {
    const message = 'cannot merge lists without merge key for string';
    expect(() => patched({ metadata: { finalizers: [] } }, { metadata: { finalizers: [{}] } })).toThrow(message);
  });

  test('$retainKeys need not list what the patch removes', () => {
    expect(patched(finalizers, { metadata: { $retainKeys: ['name'], labels: null, name: 'm' } })).toEqual({ metadata: { name: 'm' } });
  });

  test('what names primitives to delete and is no list is passed over', () => {
    expect(patched(finalizers, { metadata: { '$deleteFromPrimitiveList/finalizers': 'x' } })).toEqual(finalizers);
  });
});
