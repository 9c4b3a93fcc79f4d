import { expect, test } from 'vitest';
import { mergeV2 } from './merge-v2.ts';
import type { OpenApiV2 } from './v2.ts';

const KINDS = 'x-kubernetes-group-version-kind';
const ref = (name: string) => ({ $ref: `#/definitions/${name}` });
const answers = (name: string) => ({ get: { responses: { 200: { schema: ref(name) } } } });

const own: OpenApiV2 = {
  swagger: '2.0',
  info: { title: 'Kubernetes', version: '1.36' },
  paths: { '/version/': answers('Info') },
  definitions: { Info: { type: 'object' }, Options: { type: 'object', [KINDS]: [{ group: '', version: 'v1', kind: 'Options' }] } },
  parameters: { limit: { name: 'limit', type: 'integer' } },
  securityDefinitions: {},
  security: [],
};

test('paths come with what they refer to, directly and not, and nothing else does', () => {
  const merged = mergeV2(own, {
    paths: { '/apis/a/v1/things': answers('Thing') },
    definitions: { Thing: { properties: { part: ref('Part') } }, Part: { type: 'string' }, Unused: {} },
  });
  expect(Object.keys(merged.paths)).toEqual(['/apis/a/v1/things', '/version/']);
  expect(Object.keys(merged.definitions)).toEqual(['Info', 'Options', 'Part', 'Thing']);
});

test('paths that are there already stay as they are', () => {
  expect(mergeV2(own, { paths: { '/version/': answers('Other') }, definitions: { Other: {} } })).toBe(own);
});

test('another definition of the same name is renamed, and so is every reference to it', () => {
  const first = { paths: { '/apis/a/v1/x': answers('List') }, definitions: { List: { items: ref('Info') }, Info: { type: 'string' } } };
  const second = { paths: { '/apis/b/v1/x': answers('Info') }, definitions: { Info: { type: 'string' } } };
  const third = { paths: { '/apis/c/v1/x': answers('Info') }, definitions: { Info: { type: 'number' } } };
  const merged = [first, second, third].reduce(mergeV2, own);
  expect(merged.definitions).toMatchObject({
    Info: { type: 'object' },
    Info_v2: { type: 'string' },
    Info_v3: { type: 'number' },
    List: { items: ref('Info_v2') },
  });
  expect([merged.paths['/apis/b/v1/x'], merged.paths['/apis/c/v1/x']]).toEqual([answers('Info_v2'), answers('Info_v3')]);
});

test('a shared type is of the kinds of both', () => {
  const kind = { group: 'a', version: 'v1', kind: 'Options' };
  const merged = mergeV2(own, {
    paths: { '/apis/a/v1/x': answers('Options') },
    definitions: { Options: { type: 'object', [KINDS]: [kind] } },
  });
  expect(merged.definitions.Options?.[KINDS]).toEqual([{ group: '', version: 'v1', kind: 'Options' }, kind]);
});

test('another parameter of the same name is renamed too', () => {
  const path = { parameters: [{ $ref: '#/parameters/limit' }] };
  const merged = mergeV2(own, { paths: { '/apis/a/v1/x': path }, parameters: { limit: { name: 'limit', type: 'string' } } });
  expect(merged.parameters).toMatchObject({ limit: { type: 'integer' }, limit_v2: { type: 'string' } });
  expect(merged.paths['/apis/a/v1/x']).toEqual({ parameters: [{ $ref: '#/parameters/limit_v2' }] });
});
