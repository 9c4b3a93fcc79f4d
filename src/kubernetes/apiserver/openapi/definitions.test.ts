import { expect, test } from 'vitest';
import { hasReference, referenceJson } from '../../../../test/support/reference.ts';
import { schemas } from '../../api/schemas.ts';
import { DefinitionWriter, type OpenApiSchema } from './definitions.ts';
import { noDescriptions } from './descriptions.ts';

function written(names: readonly string[]): Record<string, OpenApiSchema> {
  const writer = new DefinitionWriter(schemas, noDescriptions, 2);
  for (const name of names) writer.reference(name);
  return writer.definitions();
}

function withoutDescriptions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDescriptions);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key, item]) => key !== 'description' || typeof item !== 'string');
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutDescriptions(item)]));
}

test('lists, maps and references carry what patches need to know', () => {
  const definitions = written(['io.k8s.api.core.v1.ServiceSpec']);
  expect(definitions['io.k8s.api.core.v1.ServiceSpec']?.properties).toMatchObject({
    ports: { type: 'array', 'x-kubernetes-list-map-keys': ['port', 'protocol'], 'x-kubernetes-patch-merge-key': 'port' },
    selector: { type: 'object', additionalProperties: { type: 'string' }, 'x-kubernetes-map-type': 'atomic' },
  });
  expect(definitions).toHaveProperty(['io.k8s.api.core.v1.ServicePort']);
});

test.skipIf(!hasReference)('every definition is what a real server serves, descriptions aside', () => {
  const real = referenceJson<{ definitions: Record<string, OpenApiSchema> }>('openapi-v2.json').definitions;
  const ours = written(Object.keys(real));
  expect(Object.keys(ours)).toEqual(Object.keys(real).sort());
  const different = Object.keys(real).filter((name) => {
    try {
      expect(ours[name]).toEqual(withoutDescriptions(real[name]));
      return false;
    } catch {
      return true;
    }
  });
  expect(different.map((name) => ({ name, ours: ours[name], real: withoutDescriptions(real[name]) }))).toEqual([]);
});
