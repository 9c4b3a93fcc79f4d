import type { ManagedFieldsEntry } from '../../meta.ts';
import { difference, emptyFieldSet, type FieldSet, fromFieldsV1, toFieldsV1, union } from './field-set.ts';
import type { Owners } from './ownership.ts';

/** `metadata.managedFields`, decoded: who owns what, and since when. */
export interface Managed {
  owners: Owners;
  times: Map<string, string>;
}

export const noManagers = (): Managed => ({ owners: new Map(), times: new Map() });

/** What tells entries apart: everything but fields and time. */
export function identifierOf({ manager, operation, apiVersion, subresource }: ManagedFieldsEntry): string {
  return JSON.stringify({
    ...(manager && { manager }),
    ...(operation && { operation }),
    ...(apiVersion && { apiVersion }),
    ...(subresource && { subresource }),
  });
}

/** Reads entries; undefined when one of them is no entry. */
export function decodeManagedFields(entries: readonly ManagedFieldsEntry[] | null | undefined): Managed | undefined {
  const managed = noManagers();
  for (const entry of entries ?? []) {
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') return undefined;
    if (!entry.apiVersion || entry.fieldsType !== 'FieldsV1') return undefined;
    const id = identifierOf(entry);
    try {
      managed.owners.set(id, fromFieldsV1(entry.fieldsV1 ?? {}));
    } catch {
      return undefined;
    }
    if (entry.time) managed.times.set(id, entry.time);
  }
  return managed;
}

/** Writes entries in their order: applied ones first, then by time and name. */
export function encodeManagedFields({ owners, times }: Managed): ManagedFieldsEntry[] {
  const entries = [...owners].map(([id, set]): ManagedFieldsEntry => {
    const { manager, operation, apiVersion, subresource } = JSON.parse(id) as ManagedFieldsEntry;
    const time = times.get(id);
    return {
      ...(manager && { manager }),
      ...(operation && { operation }),
      ...(apiVersion && { apiVersion }),
      ...(time && { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(set),
      ...(subresource && { subresource }),
    };
  });
  return entries.sort(compareEntries);
}

function compareEntries(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (
    order(a.operation, b.operation) ||
    order(a.time, b.time) ||
    order(a.manager, b.manager) ||
    order(a.apiVersion, b.apiVersion) ||
    order(a.subresource, b.subresource)
  );
}

function order(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Distinct update managers kept; older ones are merged into one. */
const MAX_UPDATE_MANAGERS = 10;
const ANCIENT = 'ancient-changes';

/** Keeps the list of managers short: the oldest updates become anonymous. */
export function capManagers({ owners, times }: Managed): void {
  const updaters = [...owners.keys()]
    .map((id) => ({ id, entry: JSON.parse(id) as ManagedFieldsEntry }))
    .filter(({ entry }) => entry.operation === 'Update');
  if (updaters.length <= MAX_UPDATE_MANAGERS) return;
  updaters.sort((a, b) => order(times.get(a.id), times.get(b.id)) || order(a.entry.manager, b.entry.manager));
  let count = updaters.length;
  const buckets = new Map<string, string>();
  for (const { id, entry } of updaters) {
    if (count <= MAX_UPDATE_MANAGERS) return;
    const bucketed = buckets.has(entry.apiVersion ?? '');
    const bucket = identifierOf({ manager: ANCIENT, operation: 'Update', apiVersion: entry.apiVersion });
    if (!bucketed && id !== bucket && owners.has(bucket)) buckets.set(entry.apiVersion ?? '', bucket);
    mergeInto(owners, times, id, bucket);
    if (bucketed || buckets.has(entry.apiVersion ?? '')) count--;
    buckets.set(entry.apiVersion ?? '', bucket);
  }
}

function mergeInto(owners: Owners, times: Map<string, string>, from: string, into: string): void {
  if (from === into) return;
  const set = owners.get(from) ?? emptyFieldSet;
  const time = times.get(from);
  owners.delete(from);
  times.delete(from);
  owners.set(into, union(owners.get(into) ?? emptyFieldSet, set));
  if (time && time > (times.get(into) ?? '')) times.set(into, time);
}

/** Takes paths that belong to nobody out of one manager's set. */
export function strip(owners: Owners, id: string, paths: FieldSet): void {
  const set = owners.get(id);
  if (!set) return;
  const left = difference(set, paths);
  if (left.empty) owners.delete(id);
  else owners.set(id, left);
}
