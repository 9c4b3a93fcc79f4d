import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ResourceDefinition } from '../../../../src/kubernetes/api/define.ts';
import { definitions } from '../../../../src/kubernetes/api/registry.ts';
import { lookupSchema, protobufCodec } from '../../../../src/kubernetes/api/schemas.ts';
import { parseJson } from '../../../../src/kubernetes/machinery/codec/json-value.ts';
import { yamlToJson } from '../../../../src/kubernetes/machinery/codec/yaml.ts';
import type { KubeObject } from '../../../../src/kubernetes/machinery/meta.ts';
import { apiVersionOf, groupResource } from '../../../../src/kubernetes/machinery/resource.ts';
import type { TypeSchema } from '../../../../src/kubernetes/machinery/schema/schema.ts';
import { startApiServer, type TestApiServer } from '../../../support/api-server.ts';
import { EXAMPLES } from './examples.ts';
import { fuzzing } from './random.ts';
import { type Json, RandomObjects } from './random-objects.ts';
import { expectSane, rawRequest } from './raw-request.ts';

const { random, rounds } = fuzzing('objects', 4);
const objects = new RandomObjects(random);
const PROTOBUF = 'application/vnd.kubernetes.protobuf';

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
  await server.call('POST', '/api/v1/namespaces/default/serviceaccounts', { body: { metadata: { name: 'default' } } });
});
afterAll(() => server[Symbol.asyncDispose]());

const created = new Map<string, number>();

test.each(
  definitions.filter(({ verbs }) => verbs.includes('create')).map((definition) => [groupResource(definition), definition] as const),
)('random %s', async (resource, definition) => {
  for (let round = 0; round < rounds; round++) {
    const name = `fuzz-${round}`;
    const text = JSON.stringify(objectOf(definition, resource, name));
    const answer = await rawRequest(server, 'POST', collectionOf(definition), { 'content-type': 'application/json' }, text);
    expectSane(answer, text);
    if (answer.code !== 201) continue;
    created.set(resource, (created.get(resource) ?? 0) + 1);
    const object = parseJson(answer.bytes.toString()) as KubeObject;
    if (definition.verbs.includes('get')) await readsBack(definition, `${collectionOf(definition)}/${object.metadata.name}`, object, text);
  }
});

test('examples of kinds are taken', () => {
  const taken = Object.keys(EXAMPLES).filter((resource) => created.has(resource));
  expect(taken.length).toBeGreaterThan(Object.keys(EXAMPLES).length * 0.8);
});

test('the server is alive', async () => {
  expect((await server.call('GET', '/readyz')).text).toBe('ok');
});

/** An object is the same in every form, and writing it back as it was read changes nothing. */
async function readsBack(definition: ResourceDefinition, path: string, object: KubeObject, text: string): Promise<void> {
  const json = await rawRequest(server, 'GET', path, {});
  const protobuf = await rawRequest(server, 'GET', path, { accept: PROTOBUF });
  const yaml = await rawRequest(server, 'GET', path, { accept: 'application/yaml' });
  const read = parseJson(json.bytes.toString()) as typeof object;
  const again = await server.call('GET', path);
  // The server itself writes the status of some kinds.
  if (again.body.metadata?.resourceVersion !== object.metadata.resourceVersion) return;
  expect(read, text).toEqual(object);
  expect(protobufCodec.decode(definition.schema, protobufCodec.open(protobuf.bytes)), text).toEqual(object);
  expect(parseJson(yamlToJson(yaml.bytes.toString()).json), text).toEqual(object);
  if (!definition.verbs.includes('update')) return;
  const forms = [
    ['application/json', json.bytes],
    [PROTOBUF, protobuf.bytes],
    ['application/yaml', yaml.bytes],
  ] as const;
  for (const [type, body] of forms) {
    const answer = await rawRequest(server, 'PUT', `${path}?dryRun=All`, { 'content-type': type }, body);
    expectSane(answer, `PUT of ${text}`);
    if (answer.code === 200) expect(withoutOwners(parseJson(answer.bytes.toString())), `${type} ${text}`).toEqual(withoutOwners(object));
  }
}

function withoutOwners(object: unknown): unknown {
  const { metadata, ...rest } = object as { metadata: Json };
  return { ...rest, metadata: { ...metadata, managedFields: undefined } };
}

/** At times all random, more often an example in which a field or two are. */
function objectOf(definition: ResourceDefinition, resource: string, name: string): Json {
  const example = EXAMPLES[resource];
  const head = { kind: definition.kind, apiVersion: apiVersionOf(definition) };
  if (!example || random.chance(0.2)) {
    const object = objects.of(definition.schema) as Json;
    return { ...object, ...head, metadata: { ...(random.chance(0.3) ? (object.metadata as Json | null) : {}), name } };
  }
  const object = structuredClone({ ...head, metadata: { name, ...(example.metadata as Json | undefined) }, ...example, ...head }) as Json;
  object.metadata = { ...(object.metadata as Json), name };
  for (let changes = random.below(3); changes > 0; changes--) change(object, { kind: 'ref', name: definition.schema });
  (object.metadata as Json).name = name;
  return object;
}

/** Sets one field, somewhere, to a random value. */
function change(value: unknown, type: TypeSchema): void {
  if (type.kind === 'list' && Array.isArray(value) && value.length > 0) change(random.pick(value), type.items);
  if (type.kind !== 'ref' || typeof value !== 'object' || value === null) return;
  const object = value as Json;
  const { fields, either } = lookupSchema(type.name);
  const known = fields.filter(({ name }) => name !== 'kind' && name !== 'apiVersion' && name !== 'metadata');
  const field = random.pick(known);
  if (either || !field) return;
  const inside = object[field.name];
  if (inside !== null && typeof inside === 'object' && random.chance(0.9)) change(inside, field.type);
  else object[field.name] = objects.value(field.type, field.name, 0.3, 3);
}

function collectionOf({ group, version, plural, namespaced }: ResourceDefinition): string {
  return `${group ? `/apis/${group}` : '/api'}/${version}/${namespaced ? 'namespaces/default/' : ''}${plural}`;
}
