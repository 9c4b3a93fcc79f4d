import type { Column, ResourceDefinition } from '../../api/define.ts';
import type { KubeObject, ListMeta } from '../../machinery/meta.ts';
import { badRequest } from '../../machinery/status.ts';
import type { StoredObject } from '../store/stored-object.ts';

/** Just the metadata of an object, as a kind of its own. */
export function partialMetadata(object: KubeObject, version: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata };
}

const INCLUDES = ['', 'None', 'Metadata', 'Object'];

/** Throws 400 for a table that cannot be made. */
export function checkTableQuery(query: URLSearchParams): void {
  const include = query.get('includeObject') ?? '';
  if (INCLUDES.includes(include)) return;
  const why = `includeObject: Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`;
  throw badRequest(`Unable to convert to Table as requested: ${why}`);
}

/** Rows for people: what `kubectl get` prints. */
export function tableOf(
  definition: ResourceDefinition,
  objects: readonly StoredObject[],
  metadata: ListMeta,
  query: URLSearchParams,
  now: number,
  version: string,
): object {
  checkTableQuery(query);
  const columns = definition.columns;
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: query.get('noHeaders') === 'true' ? null : columns.map(columnDefinition),
    rows: objects.map((stored) => rowOf(columns, stored, query.get('includeObject') || 'Metadata', now, version)),
  };
}

function columnDefinition({ name, type = 'string', format = '', description = '', priority = 0 }: Column<never>): object {
  return { name, type, format, description, priority };
}

/** One line of a table; watches of tables send one at a time. */
function rowOf(columns: ResourceDefinition['columns'], stored: StoredObject, include: string, now: number, version: string): object {
  const row = { cells: columns.map((column) => column.value(stored.object, now) ?? null) };
  if (include === 'None') return row;
  return { ...row, object: include === 'Object' ? stored.object : partialMetadata(stored.object, version) };
}
