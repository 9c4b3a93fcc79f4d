import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { flatFields, type ModelType, objectsOf } from './model.ts';
import { ALL_PACKAGES, SPECIAL_PACKAGES } from './packages.ts';
import { Universe } from './universe.ts';

/** By definition name: under '' what the type is for, then each field. */
export type Descriptions = Record<string, Record<string, string>>;

/** Writes what `kubectl explain` shows, from upstream's comments. Not committed: the prose is theirs. */
export function writeDescriptions(gocode: string, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, gzipSync(JSON.stringify(describeAll(gocode)), { level: 9 }));
}

export function describeAll(gocode: string): Descriptions {
  const universe = new Universe(gocode, [...ALL_PACKAGES, ...SPECIAL_PACKAGES]);
  const typeMeta = universe.packages.flatMap((source) => universe.typesOf(source)).find(({ type }) => type.name === 'TypeMeta');
  const typed = Object.fromEntries(
    (typeMeta?.type.fields ?? []).map((field) => [field.tags.get('json')?.split(',')[0] ?? '', textOf(field.comments)]),
  );
  const all: Descriptions = {};
  for (const source of universe.packages) {
    for (const { type } of universe.typesOf(source)) all[`${source.prefix}.${type.name}`] = { '': textOf(type.comments) };
    for (const object of objectsOf(universe, source)) {
      const fields = flatFields(universe, object).map((field) => [
        field.name,
        textOf([...field.comments, ...valuesOf(universe, field.type)]),
      ]);
      all[object.definition] = { ...all[object.definition], ...(object.typed && typed), ...Object.fromEntries(fields) };
    }
  }
  return all;
}

/** A comment as one text: paragraphs kept, indented lines kept as lines, markers and TODOs dropped. */
function textOf(comments: readonly string[]): string {
  let text = '';
  for (const comment of comments) {
    const line = comment.trimEnd();
    const start = line.trimStart();
    if (line === '---') break;
    if (line === '') text = `${text.slice(0, -1)}\n\n`;
    else if (start.startsWith('TODO') || start.startsWith('+')) continue;
    else if (/^[ \t]/.test(line)) text = `${text.slice(0, -1)}\n${line}\n`;
    else text += `${line} `;
  }
  return text.replace(/\n+$/, '').replace(/^ +| +$/g, '');
}

/** Lines that list the values of an enumeration. */
function valuesOf(universe: Universe, type: ModelType): string[] {
  if (type.kind !== 'scalar' || !type.enumOf) return [];
  const values = new Map(universe.constantsOf(type.enumOf).map((constant) => [constant.value, constant]));
  const lines = [...values.values()]
    .sort((a, b) => (a.value < b.value ? -1 : 1))
    .map(({ name, value, comments }) => ` - \`${JSON.stringify(value)}\`${explained(name, comments)}`);
  return lines.length > 0 ? ['', 'Possible enum values:', ...lines] : [];
}

/** Comments start with the constant's name, which readers of the API do not know. */
function explained(name: string, comments: readonly string[]): string {
  const text = comments
    .filter((line) => !line.trimStart().startsWith('+'))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
  const without = text.startsWith(name) ? text.slice(name.length).trim() : text;
  return without ? ` ${without}` : '';
}
