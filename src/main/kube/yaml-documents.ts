import { type Document, LineCounter, parseAllDocuments, type Tags } from 'yaml';
import { RemoteError } from '../../ipc/errors.ts';

export interface YamlDocument {
  index: number;
  /** Line of its first content, from 1. */
  line: number;
  value: Record<string, unknown>;
}

/**
 * YAML as Go's library reads it: 1.1's booleans (`yes`, `off`), yet neither its times of day (`12:30` is text) nor
 * its dates.
 */
const goTags = (tags: Tags): Tags =>
  tags.filter(
    (tag) => typeof tag === 'string' || !(tag.tag === 'tag:yaml.org,2002:timestamp' || ('format' in tag && tag.format === 'TIME')),
  );

/** The documents of a file, empty ones left out and Lists taken apart. Throws with line and column on a syntax error. */
export function yamlDocuments(text: string): YamlDocument[] {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { version: '1.1', customTags: goTags, lineCounter, prettyErrors: true }) as Document[];
  return documents.flatMap((document, index) => {
    const [fault] = document.errors;
    if (fault) throw new RemoteError(`YAML: ${fault.message.split('\n')[0]}`, 'BadInput');
    const value: unknown = document.toJS();
    if (value === null || value === undefined) return [];
    const line = lineCounter.linePos(document.contents?.range?.[0] ?? 0).line;
    if (typeof value !== 'object' || Array.isArray(value))
      throw new RemoteError(`YAML: the document at line ${line} is not an object`, 'BadInput');
    return itemsOf(value as Record<string, unknown>).map((item) => ({ index, line, value: item }));
  });
}

function itemsOf(value: Record<string, unknown>): Record<string, unknown>[] {
  const isList = value.apiVersion === 'v1' && value.kind === 'List' && Array.isArray(value.items);
  return isList ? (value.items as Record<string, unknown>[]) : [value];
}
