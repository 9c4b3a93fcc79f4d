import { expect, test } from 'vitest';
import { hasReference, recorded, withField } from '../../../../test/support/reference.ts';
import { bodyDecoder, jsonCodec, protobufCodec, schemas } from '../../api/schemas.ts';
import { parseApiVersion } from '../resource.ts';
import { ApiError } from '../status.ts';
import type { FieldValidation } from './body.ts';

const configMap = { group: '', version: 'v1', kind: 'ConfigMap' };
const pod = { group: '', version: 'v1', kind: 'Pod' };

function answer(body: string, expected: typeof pod, fieldValidation: FieldValidation = 'Strict', format: 'json' | 'yaml' = 'json') {
  try {
    return bodyDecoder.decode(body, { expected, fieldValidation, format });
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
}

test.each([
  { name: 'empty', body: '', message: 'unexpected end of JSON input (<empty>)' },
  { name: 'cut short', body: '{', message: 'unexpected end of JSON input ({)' },
  { name: 'words', body: 'not json', message: "invalid character 'o' in literal null (expecting 'u') (6e6f74206a736f6e)" },
  { name: 'trailing comma', body: '{"a":1,}', message: `invalid character '}' looking for beginning of object key string ({"a":1,})` },
  { name: 'text after the end', body: '{} x', message: "invalid character 'x' after top-level value ({} x)" },
])('broken JSON: $name', ({ body, message }) => {
  const start = "the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: ";
  expect(answer(body, pod)).toBe(start + message);
});

test.each([
  { name: 'unknown field', body: '{"nope":1,"metadata":{"x":{}}}', strict: ['unknown field "nope"', 'unknown field "metadata.x"'] },
  { name: 'repeated map key', body: '{"data":{"a":"1","a":"2"}}', strict: ['duplicate field "data.a"'] },
  { name: 'repeated field', body: '{"data":{},"data":{}}', strict: ['duplicate field "data"'] },
])('strictness: $name', ({ body, strict }) => {
  expect(answer(body, configMap)).toBe(
    `ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ${strict.join(', ')}`,
  );
  expect(answer(body, configMap, 'Warn')).toMatchObject({ warnings: strict });
  expect(answer(body, configMap, 'Ignore')).toMatchObject({ warnings: [] });
});

test('a kind that the endpoint does not take', () => {
  expect(answer('{"apiVersion":"v1","kind":"ConfigMap"}', pod)).toBe(
    'ConfigMap in version "v1" cannot be handled as a Pod: converting (v1.ConfigMap) to (core.Pod): unknown conversion',
  );
  expect(answer('{"apiVersion":"v2","kind":"Pod"}', pod)).toBe(
    'Pod in version "v2" cannot be handled as a Pod: no kind "Pod" is registered for version "v2" in scheme "pkg/api/legacyscheme/scheme.go:30"',
  );
});

test('what is left out, spelled out and put in order', () => {
  const body = {
    spec: { containers: [{ image: 'i', name: 'c', resources: { limits: { cpu: '1000m' } } }] },
    metadata: { labels: {}, name: 'p' },
  };
  const pod = 'io.k8s.api.core.v1.Pod';
  const { value } = jsonCodec.decode(pod, JSON.stringify(body));
  const spec = '"spec":{"containers":[{"name":"c","image":"i","resources":{"limits":{"cpu":"1"}}}]},"status":{}';
  expect(JSON.stringify(value)).toBe(`{"metadata":{"name":"p","labels":{}},${spec}}`);
  expect(JSON.stringify(jsonCodec.written(pod, value))).toBe(`{"metadata":{"name":"p"},${spec}}`);
});

test('numbers that only look whole', () => {
  const decode = (replicas: string) => answer(`{"spec":{"replicas":${replicas}}}`, { group: 'apps', version: 'v1', kind: 'Deployment' });
  const fault = (replicas: string) =>
    `Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal number ${replicas} into Go struct field DeploymentSpec.spec.replicas of type int32`;
  expect(decode('1.0')).toBe(fault('1.0'));
  expect(decode('1e2')).toBe(fault('1e2'));
  expect(decode('-0')).toMatchObject({ object: { spec: { replicas: 0 } } });
});

test('YAML as Go reads it', () => {
  const yaml =
    'kind: ConfigMap\ndata: {a: "yes"}\nimmutable: yes\nbinaryData: {}\nmetadata: {annotations: {day: 2026-01-01, time: "1:30"}}\n';
  expect(answer(yaml, configMap, 'Strict', 'yaml')).toMatchObject({
    object: { apiVersion: 'v1', data: { a: 'yes' }, immutable: true, metadata: { annotations: { day: '2026-01-01' } } },
  });
  expect(answer('data:\n  a: x\n  a: z\n', configMap, 'Warn', 'yaml')).toMatchObject({ warnings: ['line 3: key "a" already set in map'] });
});

interface Base {
  id: string;
  object: { apiVersion: string; kind: string };
  response: { apiVersion: string; kind: string };
}

interface Recorded {
  id: string;
  set: [string, unknown];
  code: number;
  status?: { message: string };
}

test.skipIf(!hasReference)('every recorded body is refused, or not, in the same words', () => {
  const bases = new Map(recorded<Base>('bases').map((base) => [base.id, base.object]));
  const wrong = recorded<Recorded>('create').flatMap(({ id, set, code, status }) => {
    const body = withField(bases.get(id) as Base['object'], set);
    const expected = { ...parseApiVersion(body.apiVersion), kind: body.kind };
    const got = answer(JSON.stringify(body), expected);
    const wanted = code === 400 && status?.message.includes('cannot be handled') ? status.message : undefined;
    return (typeof got === 'string' ? got : undefined) === wanted ? [] : [{ id, set, wanted, got }];
  });
  expect(wrong).toEqual([]);
});

test.skipIf(!hasReference)('every recorded answer is written back byte for byte', () => {
  for (const { response } of recorded<Base>('bases')) {
    const name = schemas.kind({ ...parseApiVersion(response.apiVersion), kind: response.kind });
    const starless = JSON.parse(
      JSON.stringify(response)
        .replaceAll(/"(\w*[tT]ime\w*)":"\*"/g, '"$1":"2026-01-01T00:00:00Z"')
        .replaceAll(/Port":"\*"/g, 'Port":30000'),
    );
    expect(JSON.stringify(jsonCodec.canonical(name ?? '', starless))).toBe(JSON.stringify(starless));
  }
});

test('protobuf bodies', () => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: 'b' } };
  const body = protobufCodec.encode('io.k8s.api.core.v1.ConfigMap', object);
  const decoded = bodyDecoder.decode(body, { expected: configMap, format: 'protobuf' });
  expect(decoded).toEqual({ object, gvk: configMap, warnings: [] });
  expect(() => bodyDecoder.decode('{}', { expected: configMap, format: 'protobuf' })).toThrow(
    'the object provided is unrecognized (must be of type ConfigMap): provided data does not appear to be a protobuf message',
  );
});
