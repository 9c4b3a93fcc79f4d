import { parseDocument, stringify } from 'yaml';
import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';

const FIRST = ['apiVersion', 'kind', 'metadata', 'spec'];

/** An object as people write it: the usual order, without managed fields unless asked. */
export function toYaml(object: KubeObject, options: { managedFields?: boolean } = {}): string {
  const { managedFields, ...metadata } = object.metadata;
  const shown = { ...object, metadata: options.managedFields ? { ...metadata, managedFields } : metadata };
  const keys = Object.keys(shown);
  const ordered = [...FIRST.filter((key) => keys.includes(key)), ...keys.filter((key) => !FIRST.includes(key))];
  return stringify(Object.fromEntries(ordered.map((key) => [key, (shown as unknown as Record<string, unknown>)[key]])), {
    lineWidth: 0,
    version: '1.1',
    blockQuote: 'literal',
  });
}

/** The opposite of {@link toYaml}; throws with the line on a syntax error. */
export function fromYaml(text: string): KubeObject {
  const document = parseDocument(text, {
    version: '1.1',
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || tag.tag !== 'tag:yaml.org,2002:timestamp'),
  });
  const [fault] = document.errors;
  if (fault) throw new Error(fault.message.split('\n')[0]);
  const value: unknown = document.toJS();
  if (typeof value !== 'object' || value === null || !('metadata' in value)) throw new Error('This is not an object with metadata');
  return value as KubeObject;
}
