import { type Document, isMap, isScalar, LineCounter, type Pair, parseDocument, stringify, type Tags, visit } from 'yaml';

/** YAML that cannot be read, in the words of upstream's YAML library. */
export class YamlError extends Error {
  override readonly name = 'YamlError';
}

export interface YamlBody {
  /** The same document as JSON. */
  readonly json: string;
  /** `line 3: key "a" already set in map`. */
  readonly duplicates: readonly string[];
}

/** Go's library leaves times and base-60 numbers as text. */
const withoutTimes = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === 'string' || (tag.tag !== 'tag:yaml.org,2002:timestamp' && tag.format !== 'TIME'));

const FORBIDDEN = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The text of a body, which must be UTF-8 without control characters. */
export function yamlText(body: Uint8Array): string {
  const text = decoded(body);
  if (FORBIDDEN.test(text)) throw new YamlError('yaml: control characters are not allowed');
  return text;
}

function decoded(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new YamlError('yaml: invalid leading UTF-8 octet');
  }
}

/** The first line of a message, without the place that we name ourselves. */
function explained(message: string): string {
  if (message.startsWith('Maximum call stack')) return 'exceeded max depth of 10000';
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
}

/** Reads one document of YAML 1.1, which is what Go's library and so kubectl understand. */
export function yamlToJson(text: string): YamlBody {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    uniqueKeys: false,
    merge: true,
    customTags: withoutTimes,
    intAsBigInt: true,
    lineCounter: lines,
  });
  const fault = document.errors[0];
  if (fault) throw new YamlError(`yaml: line ${fault.linePos?.[0].line ?? 1}: ${explained(fault.message)}`);
  return { json: jsonOf(document), duplicates: duplicatesOf(document, lines) };
}

function jsonOf(document: Document): string {
  try {
    return JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? null, jsonValue);
  } catch (cause) {
    // Aliases that are never defined, contain themselves, or multiply without end.
    throw new YamlError(`yaml: ${cause instanceof TypeError ? 'anchor value contains itself' : describe(cause)}`);
  }
}

const describe = (cause: unknown): string => (cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause));

/** Binaries are written as Go's conversion to JSON writes them. */
function jsonValue(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
}

function duplicatesOf(document: Document, lines: LineCounter): string[] {
  const found: string[] = [];
  visit(document, {
    Map(_key, map) {
      if (!isMap(map)) return;
      const seen = new Set<string>();
      for (const { key } of map.items as Pair[]) {
        const name = isScalar(key) ? String(key.value) : String(key);
        if (seen.has(name))
          found.push(
            `line ${isScalar(key) && key.range ? lines.linePos(key.range[0]).line : 1}: key ${JSON.stringify(name)} already set in map`,
          );
        seen.add(name);
      }
    },
  });
  return found;
}

/** An object as Go's library writes it: keys sorted, lists not indented, long lines left alone. */
export function toYaml(object: object): string {
  return stringify(object, { version: '1.1', sortMapEntries: true, indentSeq: false, lineWidth: 0 });
}
