import { isMap, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import type { Status } from '../../../kubernetes/machinery/status.ts';

/** Where a fault is in a text, and what it is. */
export interface FieldFault {
  /** From 1; undefined: nowhere in particular. */
  line: number | undefined;
  message: string;
}

/**
 * Where `spec.containers[0].image` is written in the text's document of that number. A field that is not there
 * leads to the nearest one that should hold it.
 */
export function lineOfField(text: string, path: string, documentIndex = 0): number | undefined {
  const lines = new LineCounter();
  const document = parseAllDocuments(text, { lineCounter: lines })[documentIndex];
  if (!document || !('contents' in document)) return undefined;
  let node: Node | null = document.contents;
  let offset = node?.range?.[0];
  for (const step of stepsOf(path)) {
    const next = stepInto(node, step);
    if (!next) break;
    offset = next.offset ?? offset;
    node = next.node;
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

/** `spec.ports[0].nodePort`, `data[tls.crt]` -> steps. */
export function stepsOf(path: string): string[] {
  return [...path.matchAll(/\[([^\]]*)\]|[^.[\]]+/g)].map((match) => match[1] ?? match[0]);
}

function stepInto(node: Node | null, step: string): { node: Node | null; offset: number | undefined } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((each) => String((each.key as { value?: unknown } | null)?.value) === step);
    return pair ? { node: pair.value as Node | null, offset: (pair.key as Node).range?.[0] } : undefined;
  }
  if (isSeq(node)) {
    const item = node.items[Number(step)] as Node | undefined;
    return item ? { node: item, offset: item.range?.[0] } : undefined;
  }
  return undefined;
}

const STRICT = /(?:unknown|duplicate) field "([^"]+)"/g;

/** Each fault of a refused write, with its line where the server named a field. */
export function faultsOf(text: string, error: { message: string; status?: Pick<Status, 'details'> }, documentIndex = 0): FieldFault[] {
  const causes = error.status?.details?.causes?.filter((cause) => cause.field && cause.message) ?? [];
  if (causes.length > 0) {
    return causes.map(({ field = '', message = '' }) => ({
      line: lineOfField(text, field, documentIndex),
      message: `${field}: ${message}`,
    }));
  }
  const strict = [...error.message.matchAll(STRICT)];
  if (strict.length > 0) return strict.map(([message, field = '']) => ({ line: lineOfField(text, field, documentIndex), message }));
  const syntax = /line (\d+)/.exec(error.message);
  return [{ line: syntax ? Number(syntax[1]) : undefined, message: error.message }];
}
