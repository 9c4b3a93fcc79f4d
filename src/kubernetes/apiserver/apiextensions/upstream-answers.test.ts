import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { CustomResourceDefinition } from '../../api/generated/apiextensions-v1.ts';
import { customResourceDefinitionRules } from '../../api/validation/custom-resource-definition/rules.ts';
import type { FieldError } from '../../machinery/field-error.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { nameOnly } from './conversion/converter.ts';
import { customResource } from './custom-resource.ts';

/**
 * What Kubernetes 1.36 said of made-up schemas and of made-up objects of them: recorded from its own packages, with a
 * generator of schemas, rules and objects in front. `faults` of a schema leave no objects; `kept` is what is left of an
 * object after pruning and defaulting.
 */
interface Recorded {
  schema: object;
  status?: boolean;
  faults?: string[];
  objects: RecordedObject[];
}

interface RecordedObject {
  new: object;
  old?: object;
  /** Updated through the status. */
  status?: boolean;
  fails?: string;
  kept?: object;
  unknown?: string[];
  faults?: string[];
  warnings?: string[];
}

const FILE = new URL('../../../../test/support/upstream/custom-resources.jsonl.gz', import.meta.url);
const recorded = gunzipSync(readFileSync(FILE))
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

function definitionOf({ schema, status }: Recorded): CustomResourceDefinition {
  const names = { plural: 'ts', singular: 't', kind: 'T', listKind: 'TList' };
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: schema },
    ...(status && { subresources: { status: {} } }),
  };
  return structuredClone({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'ts.e.io' },
    spec: { group: 'e.io', scope: 'Cluster', names, conversion: { strategy: 'None' }, versions: [version] },
    status: { storedVersions: ['v1'], acceptedNames: names },
  });
}

/** Types of objects in expressions are named anew each time. */
const stable = (text: string): string => text.replace(/selfType\d+/g, 'selfType');
const textsOf = (faults: Iterable<FieldError>): string[] => [...faults].map(({ field, message }) => stable(`${field}: ${message}`));
const sorted = (texts: readonly string[] = []): string[] => texts.map(stable).sort();
/** The object's own metadata is checked elsewhere. */
const ofFields = (texts: readonly string[]): string[] => texts.filter((text) => !text.startsWith('metadata'));

function answerTo(crd: CustomResourceDefinition, { new: next, old, status }: RecordedObject): object {
  const definition = customResource(crd, nameOnly)!.own;
  const read = (object: object) => {
    const expected = { group: 'e.io', version: 'v1', kind: 'T' };
    const decoded = definition.custom!.reader.decode<KubeObject>(JSON.stringify(object), {
      expected,
      format: 'json',
      fieldValidation: 'Warn',
    });
    definition.defaults?.(decoded.object);
    return decoded;
  };
  try {
    const { object, warnings } = read(next);
    const previous = old && read(old).object;
    const kept = structuredClone(object);
    const faults = status ? definition.statusRules!(object, previous!) : definition.rules!(object, previous);
    return {
      kept,
      unknown: warnings.map((text) => text.replace(/^unknown field "(.*)"$/, '$1')).sort(),
      faults: sorted(ofFields(textsOf(faults))),
      warnings: sorted([...definition.warnings!(object, previous)]),
    };
  } catch (error) {
    return { fails: (error as Error).message.replace(/^T in version "v1" cannot be handled as a T: /, '') };
  }
}

function wantedOf({ fails, kept, unknown = [], faults = [], warnings = [] }: RecordedObject): object {
  if (fails) return { fails };
  return { kept, unknown: unknown.toSorted(), faults: sorted(ofFields(faults)), warnings: sorted(warnings) };
}

describe('custom resources are judged as Kubernetes judges them', () => {
  test.each(recorded.map((one, index) => ({ ...one, name: `schema ${index + 1}` })))('$name', (one) => {
    const crd = definitionOf(one);
    expect(sorted(textsOf(customResourceDefinitionRules(structuredClone(crd))))).toEqual(sorted(one.faults));
    for (const object of one.objects) expect(answerTo(crd, object), JSON.stringify(object.new)).toEqual(wantedOf(object));
  });
});
