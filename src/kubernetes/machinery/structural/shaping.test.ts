import { expect, test } from 'vitest';
import { applyDefaults, dropRefusedNulls } from './defaults.ts';
import { coerceEmbedded, embeddedFaults, type ReadMetadata } from './embedded-resources.ts';
import type { JsonObject, JsonSchema } from './json-schema.ts';
import { listTypeFaults } from './list-types.ts';
import { pruneResource } from './prune.ts';

const object = (properties: Record<string, JsonSchema>, rest: JsonSchema = {}): JsonSchema => ({ type: 'object', properties, ...rest });
const text: JsonSchema = { type: 'string' };

function pruned(value: JsonObject, schema: JsonSchema): { value: JsonObject; unknown: string[] } {
  const unknown: string[] = [];
  pruneResource(value, schema, unknown);
  return { value, unknown };
}

test.each<{ name: string; schema: JsonSchema; value: JsonObject; keeps: JsonObject; unknown: string[] }>([
  {
    name: 'unknown fields go, at every depth',
    schema: object({ spec: object({ list: { type: 'array', items: object({ a: text }) } }) }),
    value: { kind: 'X', metadata: { x: 1 }, spec: { b: 1, list: [{ a: 'x', c: 1 }] }, extra: 1 },
    keeps: { kind: 'X', metadata: { x: 1 }, spec: { list: [{ a: 'x' }] } },
    unknown: ['extra', 'spec.b', 'spec.list[0].c'],
  },
  {
    name: 'maps keep their keys',
    schema: object({ spec: { type: 'object', additionalProperties: object({ a: text }) } }),
    value: { spec: { one: { a: 'x', b: 'y' } } },
    keeps: { spec: { one: { a: 'x' } } },
    unknown: ['spec.one.b'],
  },
  {
    name: 'what is preserved stays, known fields in it are pruned inside',
    schema: object({ spec: object({ known: object({ a: text }) }, { 'x-kubernetes-preserve-unknown-fields': true }) }),
    value: { spec: { any: { thing: 1 }, known: { a: 'x', b: 1 } } },
    keeps: { spec: { any: { thing: 1 }, known: { a: 'x' } } },
    unknown: ['spec.known.b'],
  },
  {
    name: 'embedded resources keep what they say they are',
    schema: object({ spec: object({ template: object({ data: text }, { 'x-kubernetes-embedded-resource': true }) }) }),
    value: { spec: { template: { kind: 'K', apiVersion: 'v1', metadata: { name: 'n' }, data: 'd', other: 1 } } },
    keeps: { spec: { template: { kind: 'K', apiVersion: 'v1', metadata: { name: 'n' }, data: 'd' } } },
    unknown: ['spec.template.other'],
  },
])('$name', ({ schema, value, keeps, unknown }) => {
  expect(pruned(value, schema)).toEqual({ value: keeps, unknown });
});

test('defaults fill what is absent, and nulls where null is no value', () => {
  const schema = object({
    spec: object(
      {
        a: { type: 'string', default: 'x' },
        b: { type: 'string', nullable: true, default: 'y' },
        c: text,
        n: { type: 'integer', default: 1 },
      },
      { default: {} },
    ),
  });
  const value: JsonObject = { spec: { b: null, c: null, n: null } };
  dropRefusedNulls(value, schema);
  expect(value).toEqual({ spec: { b: null, n: null } });
  applyDefaults(value, schema);
  expect(value).toEqual({ spec: { a: 'x', b: null, n: 1 } });
  const empty: JsonObject = {};
  applyDefaults(empty, schema);
  expect(empty).toEqual({ spec: { a: 'x', b: 'y', n: 1 } });
});

test('sets and keyed lists hold everything once', () => {
  const schema = object({
    set: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
    map: { type: 'array', items: object({ k: text }), 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] },
  });
  const faults = [...listTypeFaults({ set: ['a', 'b', 'a', 'a'], map: [{ k: 'x' }, { k: 'x', v: 1 }] }, schema)];
  expect(faults.map(({ field, message }) => `${field}: ${message}`)).toEqual([
    'set[2]: Duplicate value: "a"',
    'map[1]: Duplicate value: {"k":"x"}',
  ]);
});

const readMetadata: ReadMetadata = (metadata) => {
  const { labels, ...rest } = metadata as JsonObject;
  if (typeof labels === 'string') throw new Error('labels must be a map');
  const { unheard, ...value } = { ...rest, ...(labels ? { labels } : {}) } as JsonObject;
  return { value, unknown: unheard === undefined ? [] : ['unheard'] };
};

test('embedded resources are coerced and checked', () => {
  const schema = object({ spec: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true } });
  const unknown: string[] = [];
  const value: JsonObject = { spec: { kind: 'K', metadata: { name: 'a', unheard: 1 } } };
  expect(coerceEmbedded(value, schema, readMetadata, { unknown })).toBeUndefined();
  expect(unknown).toEqual(['spec.metadata.unheard']);
  expect(value).toEqual({ spec: { kind: 'K', metadata: { name: 'a' } } });
  expect(embeddedFaults(value, schema, readMetadata).map(({ field }) => field)).toEqual(['spec.apiVersion']);
  expect(coerceEmbedded({ spec: { metadata: { labels: 'x' } } }, schema, readMetadata)?.field).toBe('spec.metadata');
});
