import { expect, test } from 'vitest';
import { definitions } from '../../../../src/kubernetes/api/registry.ts';
import { jsonCodec, protobufCodec } from '../../../../src/kubernetes/api/schemas.ts';
import { parseJson } from '../../../../src/kubernetes/machinery/codec/json-value.ts';
import { toYaml, yamlToJson } from '../../../../src/kubernetes/machinery/codec/yaml.ts';
import { apiVersionOf } from '../../../../src/kubernetes/machinery/resource.ts';
import { fuzzing } from './random.ts';
import { type Json, RandomObjects } from './random-objects.ts';

const { random, rounds } = fuzzing('codecs', 4);
const objects = new RandomObjects(random);

test.each(definitions.map((definition) => [definition.kind, apiVersionOf(definition), definition.schema] as const))(
  '%s of %s is the same in every form',
  (kind, apiVersion, schema) => {
    for (let round = 0; round < rounds; round++) {
      const text = JSON.stringify({ kind, apiVersion, ...(objects.of(schema) as Json) });
      const read = jsonCodec.decode(schema, text).value;
      const object = jsonCodec.canonical(schema, read);
      const stored = JSON.stringify(object);
      expect(JSON.stringify(jsonCodec.decode(schema, stored).value), text).toBe(stored);
      expect(JSON.stringify(jsonCodec.canonical(schema, parseJson(stored) as object)), text).toBe(stored);
      expect(JSON.stringify(parseJson(yamlToJson(toYaml(object)).json)), text).toBe(sortedText(object));
      const bytes = protobufCodec.encode(schema, read);
      expect(sortedText(protobufCodec.decode(schema, protobufCodec.open(bytes))), text).toBe(sortedText(object));
    }
  },
);

/** YAML has its keys in order, and protobuf those of maps. */
const sortedText = (value: unknown): string => JSON.stringify(sorted(value));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, item]) => [name, sorted(item)]));
}
