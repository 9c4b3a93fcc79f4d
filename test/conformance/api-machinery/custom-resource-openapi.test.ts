// Conformance: "CustomResourcePublishOpenAPI works for CRD with validation schema", "... without validation schema", "... preserving
// unknown fields at the schema root", "... preserving unknown fields in an embedded object", "... for multiple CRDs of different
// groups", "... of same group but different versions", "... of same group and version but different kinds", "updates the published
// spec when one version gets renamed", "removes definition from spec when one version gets changed to not be served".
import { expect } from 'vitest';
import type { Anything } from '../../support/cluster-api.ts';
import { uniqueSuffix } from '../../support/conformance-cluster.ts';
import { ANYTHING, CRDS, type CustomKind, type KindSpace, kindBehaviour } from '../../support/custom-kinds.ts';
import { eventually } from '../../support/process.ts';

const string = (description: string) => ({ type: 'string', description });
const FOO = {
  type: 'object',
  description: 'Foo CRD for Testing',
  properties: {
    spec: {
      type: 'object',
      description: 'Specification of Foo',
      properties: {
        bars: {
          type: 'array',
          description: 'List of Bars and their specs.',
          items: {
            type: 'object',
            required: ['name'],
            properties: {
              name: string('Name of Bar.'),
              age: string('Age of Bar.'),
              feeling: { ...string('Feeling of Bar.'), enum: ['Great', 'Down'] },
              bazs: { type: 'array', description: 'List of Bazs.', items: { type: 'string' } },
            },
          },
        },
      },
    },
    status: { type: 'object', description: 'Status of Foo', properties: { available: { type: 'boolean', description: 'Whether.' } } },
  },
};
const WALDO = {
  type: 'object',
  description: 'Waldo CRD for Testing',
  properties: { spec: { type: 'object', description: 'Specification of Waldo', properties: { dummy: string('Dummy property.') } } },
};

/** What version 2 of OpenAPI says of a kind, without what the server adds. */
async function published({ get }: KindSpace, { openApiName }: CustomKind, version: string): Promise<Anything> {
  const { definitions } = await get('/openapi/v2');
  const found = definitions[openApiName(version)];
  if (!found) return undefined;
  const { properties, 'x-kubernetes-group-version-kind': _, ...rest } = found;
  const { metadata: _metadata, apiVersion: _apiVersion, kind: _kind, ...own } = properties ?? {};
  return properties ? { ...rest, properties: own } : rest;
}

const isPublished = (space: KindSpace, kind: CustomKind, version: string, schema: object | undefined) =>
  eventually(async () => expect(await published(space, kind, version)).toEqual(schema));

/** Creates and applies an object by kubectl, which validates it. */
async function takenByKubectl({ kubectl }: KindSpace, kind: CustomKind, fields: object): Promise<void> {
  const manifest = JSON.stringify(kind.object('v1', 'test', fields));
  await kubectl.apply(manifest, '--namespace=default', '--server-side=false');
  expect(await kubectl('delete', kind.plural, 'test', '--namespace=default')).toContain('deleted');
  expect(await kubectl.apply(manifest, '--namespace=default', '--validate=strict')).toContain('created');
  await kubectl('delete', kind.plural, 'test', '--namespace=default');
}

const refusal = async ({ kubectl }: KindSpace, kind: CustomKind, fields: object): Promise<string> =>
  kubectl.apply(JSON.stringify(kind.object('v1', 'test', fields)), '--namespace=default').then(
    () => 'taken',
    (error: unknown) => String(error),
  );

kindBehaviour('a schema is published, validated by and explained', async (space) => {
  const kind = await space.define({ schema: FOO, scope: 'Namespaced' });
  await isPublished(space, kind, 'v1', FOO);
  await takenByKubectl(space, kind, { spec: { bars: [{ name: 'test-bar' }] } });
  expect(await refusal(space, kind, { spec: { bars: [{ name: 'test-bar', feeling: 'NonExistentValue' }] } })).toContain(
    'Unsupported value: "NonExistentValue"',
  );
  expect(await refusal(space, kind, { spec: { foo: true } })).toContain('unknown field "spec.foo"');
  expect(await refusal(space, kind, { spec: { bars: [{ age: '10' }] } })).toContain('spec.bars[0].name: Required value');

  const explain = (path: string) => space.kubectl('explain', kind.plural + path);
  expect(await explain('')).toMatch(
    /DESCRIPTION:.*Foo CRD for Testing.*FIELDS:.*apiVersion.*<string>.*APIVersion defines.*spec.*<Object>.*Specification of Foo/s,
  );
  expect(await explain('.metadata')).toMatch(
    /DESCRIPTION:.*Standard object's metadata.*FIELDS:.*creationTimestamp.*<string>.*CreationTimestamp is a timestamp/s,
  );
  expect(await explain('.spec')).toMatch(/DESCRIPTION:.*Specification of Foo.*FIELDS:.*bars.*<\[\]Object>.*List of Bars and their specs/s);
  expect(await explain('.spec.bars')).toMatch(
    /bars.*<\[\]Object>.*List of Bars and their specs.*FIELDS:.*bazs.*<\[\]string>.*List of Bazs.*name.*<string>.*Name of Bar/s,
  );
  expect((await space.kubectl.try('explain', `${kind.plural}.spec.bars2`)).stderr).toContain('field "bars2" does not exist');
  await space.delete(`${CRDS}/${kind.name}`);
  await isPublished(space, kind, 'v1', undefined);
});

kindBehaviour('where there is no schema, anything is taken', async (space) => {
  const kind = await space.define({ scope: 'Namespaced' });
  await isPublished(space, kind, 'v1', { type: 'object' });
  await takenByKubectl(space, kind, { a: { b: [{ c: 'd' }] } });
  expect(await space.kubectl('explain', kind.plural)).toMatch(/DESCRIPTION:.*<empty>/s);
});

kindBehaviour('where the root keeps unknown fields, anything is taken', async (space) => {
  const schema = { ...ANYTHING, description: 'preserve-unknown-properties at root for Testing', properties: { spec: { type: 'object' } } };
  const kind = await space.define({ schema, scope: 'Namespaced' });
  await takenByKubectl(space, kind, { a: { b: [{ c: 'd' }] } });
  expect(await space.kubectl('explain', kind.plural)).toMatch(new RegExp(`KIND:.*${kind.kind}`, 's'));
});

kindBehaviour('where an object inside keeps unknown fields, anything is taken there', async (space) => {
  const inside = { ...ANYTHING, properties: { dummy: string('Dummy property.') } };
  const description = 'preserve-unknown-properties in nested field for Testing';
  const kind = await space.define({
    schema: { type: 'object', description, properties: { spec: inside, status: inside } },
    scope: 'Namespaced',
  });
  await takenByKubectl(space, kind, { spec: { a: null, b: [{ c: 'd' }] } });
  expect(await space.kubectl('explain', kind.plural)).toMatch(new RegExp(`DESCRIPTION:.*${description}`, 's'));
});

kindBehaviour('kinds of different groups are published beside each other', async (space) => {
  const [foo, waldo] = [await space.define({ schema: FOO }), await space.define({ schema: WALDO, versions: ['v1beta1'] })];
  expect(foo.group).not.toBe(waldo.group);
  await isPublished(space, waldo, 'v1beta1', WALDO);
  await isPublished(space, foo, 'v1', FOO);
});

kindBehaviour('kinds of one group are published in their versions', async (space) => {
  const both = await space.define({ schema: FOO, versions: ['v2', 'v3'] });
  for (const version of ['v2', 'v3']) await isPublished(space, both, version, FOO);
  const group = `${uniqueSuffix()}.common.example.com`;
  const foo = await space.define({ schema: FOO, versions: ['v4'], group });
  const waldo = await space.define({ schema: WALDO, versions: ['v5'], group });
  await isPublished(space, foo, 'v4', FOO);
  await isPublished(space, waldo, 'v5', WALDO);
});

kindBehaviour('kinds of one group and version are published beside each other', async (space) => {
  const group = `${uniqueSuffix()}.common.example.com`;
  const foo = await space.define({ schema: FOO, versions: ['v6'], group });
  const waldo = await space.define({ schema: WALDO, versions: ['v6'], group });
  await isPublished(space, foo, 'v6', FOO);
  await isPublished(space, waldo, 'v6', WALDO);
});

kindBehaviour('a version that is renamed is published under its new name', async (space) => {
  const kind = await space.define({ schema: FOO, versions: ['v2', 'v3'] });
  await isPublished(space, kind, 'v3', FOO);
  await space.patch('json', `${CRDS}/${kind.name}`, [
    { op: 'test', path: '/spec/versions/1/name', value: 'v3' },
    { op: 'replace', path: '/spec/versions/1/name', value: 'v4' },
  ]);
  await isPublished(space, kind, 'v4', FOO);
  await isPublished(space, kind, 'v3', undefined);
  await isPublished(space, kind, 'v2', FOO);
});

kindBehaviour('a version that is no longer served is no longer published', async (space) => {
  const kind = await space.define({ schema: FOO, versions: ['v5', 'v6alpha1'] });
  await isPublished(space, kind, 'v6alpha1', FOO);
  await space.update(`${CRDS}/${kind.name}`, ({ spec }) => {
    spec.versions[1].served = false;
  });
  await isPublished(space, kind, 'v6alpha1', undefined);
  await isPublished(space, kind, 'v5', FOO);
});
