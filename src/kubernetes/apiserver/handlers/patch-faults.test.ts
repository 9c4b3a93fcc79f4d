import { expect, test } from 'vitest';
import { asConversionFault, showMerged } from './patch-faults.ts';

test.each([
  {
    why: 'json: cannot unmarshal object into Go struct field ServiceAccount.secrets of type []v1.ObjectReference',
    means: 'cannot restore slice from map',
  },
  {
    why: 'json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string',
    means: 'cannot restore map from string',
  },
  { why: 'json: cannot unmarshal array into Go struct field Pod.spec of type v1.PodSpec', means: 'cannot restore struct from: slice' },
  {
    why: 'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string',
    means: 'cannot convert int64 to string',
  },
  { why: 'something else', means: 'something else' },
])('$why', ({ why, means }) => {
  expect(asConversionFault(why)).toBe(means);
});

test('merged objects are sorted where the patch reached', () => {
  const left = { z: 1, a: 2 };
  expect(showMerged({ kind: 'X', left, touched: { q: 1 } }, { kind: 'X', left, touched: { q: 1, b: 2 }, gone: undefined })).toBe(
    '{"kind":"X","left":{"z":1,"a":2},"touched":{"b":2,"q":1}}',
  );
});
