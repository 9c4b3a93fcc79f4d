import type { LucideIcon } from 'lucide-react';
import type { ComponentType, ReactNode } from 'react';
import type { UsageSample } from '../../ipc/metrics.ts';
import type { KubeObject } from '../../kubernetes/machinery/meta.ts';
import type { ResourceType } from '../../kubernetes/machinery/resource.ts';
import type { Standing } from '../kube/standing.ts';

/** What cells may need beyond their object. */
export interface CellContext {
  cluster: string;
  /** Latest CPU and memory by object key; undefined where metrics are not there. */
  usageOf(key: string): UsageSample | undefined;
}

type CellValue = string | number | undefined;

/** A column of a list page: a value to sort and search by and, where text is not enough, how it looks. */
export interface ColumnSpec<T extends KubeObject = KubeObject> {
  label: string;
  value(object: T, context: CellContext): CellValue;
  render?(object: T, context: CellContext): ReactNode;
  align?: 'right';
  /** CSS grid track; default `minmax(90px, 1fr)`. */
  width?: string;
  /** Columns with a higher number leave first when there is no room; 0 or absent stays. */
  drop?: number;
  /** The first click sorts downwards: numbers of which the big ones matter. */
  descending?: boolean;
}

export type StandardColumn = 'name' | 'namespace' | 'age';

/** Something to do with one object, offered in its drawer, in row menus and in the palette. */
export interface ObjectAction<T extends KubeObject = KubeObject> {
  id: string;
  label: string;
  icon: LucideIcon;
  available?(object: T): boolean;
  run(target: ActionTarget<T>): void;
}

export interface ActionTarget<T extends KubeObject = KubeObject> {
  cluster: string;
  object: T;
}

export type NavGroup = 'cluster' | 'workloads' | 'network' | 'config';

/** A list page with its details drawer, as data. Adding a kind: one such file and a line in `registry.ts`. */
export interface KindView<T extends KubeObject = KubeObject> {
  resource: ResourceType<T>;
  title: string;
  icon: LucideIcon;
  group: NavGroup;
  columns: readonly (StandardColumn | ColumnSpec<T>)[];
  sort?: { column: string; descending?: boolean };
  /** Shape and word for the drawer's head and the overview. */
  standing?(object: T): Standing;
  actions?: readonly ObjectAction<T>[];
  /** The kind's own part of the drawer's summary. */
  Summary?: ComponentType<{ cluster: string; object: T }>;
  /** False where making or deleting by hand makes no sense (events, nodes). */
  deletable?: boolean;
  creatable?: boolean;
}

export function defineView<T extends KubeObject>(view: KindView<T>): KindView {
  // A registry holds views of all kinds; each only ever meets objects of its own.
  return view as unknown as KindView;
}
