import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { hasReference, referenceJson } from '../../test/support/reference.ts';
import { describeAll } from './descriptions.ts';
import { parseGo } from './go-source.ts';
import { outputs } from './outputs.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const gocode = join(root, '.cache/k8s-src/usr/share/gocode/src');
const hasSources = existsSync(gocode);

test('Go structs: fields, tags, markers, embedded structs, constants', () => {
  const file = parseGo(
    [
      'package v1',
      'import (\n\tmetav1 "k8s.io/apimachinery/pkg/apis/meta/v1"\n)',
      '// +genclient',
      '',
      '// Foo is.',
      'type Foo struct {',
      '\tmetav1.TypeMeta `json:",inline"`',
      '\t// how many',
      '\t// +optional',
      '\tCount *int32 `json:"count,omitempty" protobuf:"varint,2,opt,name=count"`',
      '}',
      'type Mode string',
      'const (\n\t// On is on.\n\tOn Mode = "on"\n\tOff = Mode("off")\n)',
    ].join('\n'),
  );
  expect(file.imports.get('metav1')).toBe('k8s.io/apimachinery/pkg/apis/meta/v1');
  expect(file.types).toMatchObject([
    {
      name: 'Foo',
      comments: ['Foo is.'],
      detached: ['+genclient'],
      fields: [{ type: 'metav1.TypeMeta' }, { goName: 'Count', type: '*int32', comments: ['how many', '+optional'] }],
    },
    { name: 'Mode', underlying: 'string' },
  ]);
  expect(file.constants.map(({ name, type, value }) => [name, type, value])).toEqual([
    ['On', 'Mode', 'on'],
    ['Off', 'Mode', 'off'],
  ]);
});

test.skipIf(!hasSources)('what is committed is what the sources say', () => {
  for (const [path, text] of outputs(gocode)) expect(readFileSync(join(root, 'src/kubernetes/api', path), 'utf8'), path).toBe(text);
});

interface Described {
  description?: string;
  properties?: Record<string, { description?: string }>;
}

test.skipIf(!hasSources || !hasReference)('descriptions are those of a real server', () => {
  const ours = describeAll(gocode);
  const real = Object.entries(referenceJson<{ definitions: Record<string, Described> }>('openapi-v2.json').definitions);
  const inSources = real.filter(([name]) => !name.includes('kube-aggregator'));
  const texts = inSources.flatMap(([name, { description, properties = {} }]) => [
    { name, field: '', text: description },
    ...Object.entries(properties).map(([field, property]) => ({ name, field, text: property.description })),
  ]);
  const different = texts.filter(({ name, field, text }) => (ours[name]?.[field] || undefined) !== text);
  // The sources are two patch releases newer; one comment lost a line in between.
  expect(different.map(({ name, field }) => `${name}.${field}`)).toEqual(['io.k8s.api.admissionregistration.v1.JSONPatch.expression']);
});
