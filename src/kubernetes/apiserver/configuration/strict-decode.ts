import { parse } from 'yaml';
import { z } from 'zod';
import type { FieldError } from '../../machinery/field-error.ts';

/** Reads a configuration file's text as a type of it; fields that the type does not know are faults. */
export function strictDecode<T extends z.ZodType>(type: T, text: string): z.infer<T> {
  const result = type.safeParse(parse(text));
  if (result.success) return result.data;
  const unknown = result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => `unknown field ${JSON.stringify(pathOf([...issue.path, key]))}`) : [],
  );
  throw new Error(unknown.length > 0 ? `strict decoding error: ${unknown.join(', ')}` : z.prettifyError(result.error));
}

/** Throws every fault at once, as one sentence. */
export function throwFaults(faults: Iterable<FieldError>): void {
  const texts = [...new Set([...faults].map(({ field, message }) => `${field}: ${message}`))];
  if (texts.length > 0) throw new Error(texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`);
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part)),
    '',
  );
}
