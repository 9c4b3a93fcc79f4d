import type { ManagedFieldsEntry } from '../../meta.ts';
import type { ApplyType } from './atoms.ts';
import { compareTyped } from './compare.ts';
import { differenceBelow, type FieldSet } from './field-set.ts';

/** What tells a manager's fields apart at one version of a kind. */
export interface VersionRules {
  readonly apiVersion: string;
  readonly type: ApplyType;
  /** Paths that no writer of this kind of request can own. */
  readonly ignored: FieldSet;
}

/** Another version of the kind, and the way there and back. */
export interface OtherVersion extends VersionRules {
  show(value: unknown): unknown;
  read(value: unknown): unknown;
}

/** Finds other versions by name; undefined for one that is not served. */
export type Versions = (apiVersion: string) => OtherVersion | undefined;

export type Comparison = ReturnType<typeof compareTyped>;

/** The version in which a manager owns what it owns. */
export function versionOf(identifier: string, otherwise: string): string {
  return (JSON.parse(identifier) as ManagedFieldsEntry).apiVersion ?? otherwise;
}

/** What differs between two objects, without what nobody can own. */
export function compareAt(before: unknown, after: unknown, { type, ignored }: VersionRules): Comparison {
  const { added, modified, removed } = compareTyped(before, after, type);
  return {
    added: differenceBelow(added, ignored),
    modified: differenceBelow(modified, ignored),
    removed: differenceBelow(removed, ignored),
  };
}
