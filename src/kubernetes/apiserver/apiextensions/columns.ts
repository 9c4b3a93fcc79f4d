import { nameColumn } from '../../api/columns.ts';
import type { Column } from '../../api/define.ts';
import type { CustomResourceColumnDefinition } from '../../api/generated/apiextensions-v1.ts';
import { humanDuration } from '../../machinery/duration.ts';
import { findAll } from '../../machinery/json-path/find.ts';
import { JsonPathError, type Path, parseJsonPath } from '../../machinery/json-path/parse.ts';
import type { KubeObject } from '../../machinery/meta.ts';

const AGE: CustomResourceColumnDefinition = {
  name: 'Age',
  type: 'date',
  description: 'When the object was created.',
  jsonPath: '.metadata.creationTimestamp',
};

/** The columns of a custom resource: its name, then those of its definition, or its age. */
export function customColumns(additional: readonly CustomResourceColumnDefinition[] | undefined): Column<KubeObject>[] {
  const columns: Column<KubeObject>[] = [nameColumn];
  for (const column of additional?.length ? additional : [AGE]) {
    const path = pathOf(column.jsonPath);
    // What comes after a column that cannot be read is not shown either.
    if (!path) break;
    columns.push(customColumn(column, path));
  }
  return columns;
}

function pathOf(text: string): Path | undefined {
  try {
    return parseJsonPath(text);
  } catch (error) {
    if (error instanceof JsonPathError) return undefined;
    throw error;
  }
}

function customColumn(
  { name, type, format, description, priority, jsonPath }: CustomResourceColumnDefinition,
  path: Path,
): Column<KubeObject> {
  const cell = CELLS[type] ?? (() => null);
  return {
    name,
    type: type as NonNullable<Column<KubeObject>['type']>,
    ...(format && { format }),
    ...(priority && { priority }),
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    value: (object, now) => {
      const found = resultOf(path, object);
      return found === undefined ? null : cell(found.value, now);
    },
  };
}

function resultOf(path: Path, object: KubeObject): { value: unknown } | undefined {
  try {
    const [value, ...others] = findAll(path, object);
    return value === undefined && others.length === 0 ? undefined : { value };
  } catch (error) {
    if (error instanceof JsonPathError) return undefined;
    throw error;
  }
}

/** A value as a cell of each type; null where it is of another. */
const CELLS: Readonly<Record<string, (value: unknown, now: number) => unknown>> = {
  string: printed,
  integer: (value) => (typeof value === 'number' ? Math.trunc(value) : typeof value === 'bigint' ? value : null),
  number: (value) => (typeof value === 'number' || typeof value === 'bigint' ? value : null),
  boolean: (value) => (typeof value === 'boolean' ? value : null),
  date: (value, now) => (typeof value === 'string' ? since(value, now) : null),
};

function printed(value: unknown): string {
  if (value === null) return '<no value>';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function since(time: string, now: number): string {
  if (time === '') return '<unknown>';
  const at = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d/.test(time) ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? '<invalid>' : humanDuration(now - at);
}
