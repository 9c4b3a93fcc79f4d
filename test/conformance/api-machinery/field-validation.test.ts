// Conformance: "FieldValidation should detect unknown and duplicate fields of a typed object", "... unknown metadata fields of a
// typed object", "should create/apply a valid CR for CRD with validation schema", "... a CR with unknown fields for CRD with no
// validation schema", "... an invalid CR with extra properties for CRD with validation schema", "should detect unknown metadata
// fields in both the root and embedded object of a CR", "should detect duplicates in a CR when preserving unknown fields".
import { expect } from 'vitest';
import { type CustomKind, type KindSpace, kindBehaviour } from '../../support/custom-kinds.ts';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments?fieldValidation=Strict&fieldManager=field_validation_mgr';

const string = { type: 'string' };
const integer = { type: 'integer', format: 'int32' };
const PORTS = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
  items: {
    type: 'object',
    required: ['containerPort', 'protocol'],
    properties: { containerPort: integer, hostIP: string, hostPort: integer, name: string, protocol: string },
  },
};
const FIELDS = { foo: string, cronSpec: { type: 'string', pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$' }, ports: PORTS };

const schemaOf = (fields: object, rest: object = {}) => ({
  type: 'object',
  properties: { spec: { type: 'object', properties: fields, ...rest } },
});

/** Applies YAML strictly; what comes back, as text. */
async function applied({ ask }: KindSpace, { path, group, kind }: CustomKind, spec: string, { meta = '', root = '' } = {}) {
  const body = `
apiVersion: ${group}/v1
kind: ${kind}
metadata:
  name: mytest
  finalizers:
  - example.com/test-finalizer${meta}
${root}spec:
${spec}
  cronSpec: "* * * * */5"
  ports:
  - name: x
    containerPort: 80
    protocol: TCP`;
  const headers = { 'content-type': 'application/apply-patch+yaml' };
  const answer = await ask('PATCH', `${path('v1', 'mytest')}?fieldManager=field_validation_mgr&fieldValidation=Strict`, { body, headers });
  if (answer.code < 300) {
    // Nothing else would let go of it.
    await ask('PATCH', path('v1', 'mytest'), {
      body: { metadata: { finalizers: null } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
  }
  return answer;
}

const deployment = (meta: string, spec: string) => `{
  "apiVersion": "apps/v1",
  "kind": "Deployment",
  "metadata": { "name": "my-dep", ${meta} "labels": { "app": "nginx" } },
  "spec": {
    ${spec}
    "selector": { "matchLabels": { "app": "nginx" } },
    "template": {
      "metadata": { "labels": { "app": "nginx" } },
      "spec": { "containers": [{ "name": "nginx", "image": "nginx:latest" }] }
    }
  }
}`;

kindBehaviour('unknown and repeated fields of a typed object are refused', async ({ ask }) => {
  const body = deployment('', '"unknownField": "foo", "replicas": 2, "replicas": 3,');
  const { code, text } = await ask('POST', DEPLOYMENTS, { body });
  expect(code).toBe(400);
  expect(JSON.parse(text).message).toContain('strict decoding error: unknown field "spec.unknownField", duplicate field "spec.replicas"');
});

kindBehaviour('unknown fields of the metadata of a typed object are refused', async ({ ask }) => {
  const { code, body } = await ask('POST', DEPLOYMENTS, { body: deployment('"unknownMeta": "foo",', '') });
  expect(code).toBe(400);
  expect(body.message).toContain('strict decoding error: unknown field "metadata.unknownMeta"');
});

kindBehaviour('a custom resource that fits its schema is applied', async (space) => {
  const kind = await space.define({ schema: schemaOf(FIELDS) });
  const { code, body } = await applied(space, kind, '  foo: foo1');
  expect(code, body.message).toBe(201);
  expect(body.spec.ports).toEqual([{ name: 'x', containerPort: 80, protocol: 'TCP' }]);
});

kindBehaviour('a schema that says nothing lets unknown fields pass', async (space) => {
  const { code, body } = await applied(space, await space.define(), '  unknown: uk1');
  expect(code, body.message).toBe(201);
  expect(body.spec.unknown).toBe('uk1');
});

kindBehaviour('unknown fields of a custom resource with a schema are refused', async (space) => {
  const kind = await space.define({ schema: schemaOf(FIELDS) });
  const { body } = await applied(space, kind, '  foo: foo1', { root: 'unknownField: unknown\n' });
  expect(body.message).toContain('.unknownField: field not declared in schema');
});

kindBehaviour('unknown fields of metadata are refused, of a custom resource and of what is embedded in it', async (space) => {
  const template = {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    properties: { metadata: { type: 'object', properties: { name: string } }, spec: { type: 'object' } },
  };
  const schema = schemaOf({ ...FIELDS, template }, { 'x-kubernetes-preserve-unknown-fields': true });
  const kind = await space.define({ schema });
  const embedded = `  template:
    apiversion: foo/v1
    kind: Sub
    metadata:
      unknownSubMeta: unknown
      name: subobject
      namespace: default
  foo: foo1`;
  const { code, body } = await applied(space, kind, embedded, { meta: '\n  unknownMeta: unknown' });
  expect(code).toBeGreaterThanOrEqual(400);
  expect(body.message).toMatch(
    /\.spec\.template\.metadata\.unknownSubMeta: field not declared in schema|\.metadata\.unknownMeta: field not declared in schema/,
  );
});

kindBehaviour('repeated fields are refused where unknown ones are kept', async (space) => {
  const kind = await space.define({ schema: schemaOf(FIELDS, { 'x-kubernetes-preserve-unknown-fields': true }) });
  const { code, body } = await applied(space, kind, '  unknown: uk1\n  foo: foo1\n  foo: foo2');
  expect(code).toBe(400);
  expect(body.message).toContain('line 11: key "foo" already set in map');
});
