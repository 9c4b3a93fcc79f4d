import { humanSince } from '../machinery/duration.ts';
import type { KubeObject } from '../machinery/meta.ts';
import type { Column } from './define.ts';
import type { Container } from './generated/core-v1.ts';

/** Columns that many kinds share. */

type Value<T> = (object: T, now: number) => unknown;

export const nameColumn: Column<KubeObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  value: ({ metadata }) => metadata.name ?? '',
};

export const ageColumn: Column<KubeObject> = {
  name: 'Age',
  type: 'string',
  value: ({ metadata }, now) => humanSince(metadata.creationTimestamp, now),
};

export const createdAtColumn: Column<KubeObject> = {
  name: 'Created At',
  type: 'date',
  value: ({ metadata }) => metadata.creationTimestamp ?? null,
};

/** A text column. */
export function text<T>(name: string, value: Value<T>): Column<T> {
  return { name, type: 'string', value };
}

/** A number column. */
export function integer<T>(name: string, value: Value<T>): Column<T> {
  return { name, type: 'integer', value };
}

/** A yes-or-no column. */
export function boolean<T>(name: string, value: Value<T>): Column<T> {
  return { name, type: 'boolean', value };
}

/** A text column that only `-o wide` shows. */
export function wide<T>(name: string, value: Value<T>): Column<T> {
  return { name, type: 'string', priority: 1, value };
}

export const containerNames = (containers: readonly Container[] | null | undefined): string =>
  (containers ?? []).map(({ name }) => name).join(',');

export const containerImages = (containers: readonly Container[] | null | undefined): string =>
  (containers ?? []).map(({ image = '' }) => image).join(',');

/** `a=b,c=d` sorted by key, `<none>` when there is none. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.map(([key, value]) => `${key}=${value}`).join(',') || '<none>';
}
