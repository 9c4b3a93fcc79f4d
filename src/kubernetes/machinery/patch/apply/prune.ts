import type { ApplyType } from './atoms.ts';
import { difference, emptyFieldSet, type FieldSet, intersection, union } from './field-set.ts';
import { ownedFields } from './owned-fields.ts';
import type { Owners, OwnershipRules } from './ownership.ts';
import { removeFields, withNamedFields } from './remove.ts';
import { type OtherVersion, versionOf } from './versions.ts';

/** What a manager applied before, at the version at which it did. */
export interface LastApplied {
  readonly apiVersion: string;
  readonly fields: FieldSet;
}

/** Removes from `merged` what the manager applied last time and nobody claims any more. */
export function prune(merged: unknown, rules: OwnershipRules, owners: Owners, { apiVersion, fields }: LastApplied): unknown {
  const elsewhere = elsewhereOf(rules, apiVersion);
  // Nobody can say what fields of a version that is served no more are.
  if (elsewhere === 'gone') return merged;
  const { type, show, read } = elsewhere;
  const before = show(merged);
  const lastNamed = withNamedFields(fields, type);
  let pruned = read(removeFields(before, lastNamed, type));
  for (const [version, owned] of ownedByVersion(owners, rules, apiVersion)) {
    const at = elsewhereOf(rules, version);
    if (at !== 'gone') pruned = at.read(withOwned(at.show(merged), at.show(pruned), owned, at.type));
  }
  // Only what this manager owned before may go: fields of nobody stay.
  const lost = difference(namedFields(before, type), namedFields(show(pruned), type));
  return read(removeFields(before, intersection(lost, lastNamed), type));
}

/** `pruned`, and of `merged` what is owned. */
function withOwned(merged: unknown, pruned: unknown, owned: FieldSet, type: ApplyType): unknown {
  const keep = union(namedFields(pruned, type), withNamedFields(owned, type));
  return removeFields(merged, difference(namedFields(merged, type), keep), type);
}

/** What managers own, by the version at which they do; first that of what is pruned, on which others may depend. */
function ownedByVersion(owners: Owners, rules: OwnershipRules, first: string): Map<string, FieldSet> {
  const byVersion = new Map<string, FieldSet>([[first, emptyFieldSet]]);
  for (const [id, owned] of owners) {
    const version = rules.versions ? versionOf(id, rules.apiVersion) : rules.apiVersion;
    byVersion.set(version, union(byVersion.get(version) ?? emptyFieldSet, owned));
  }
  return byVersion;
}

type Elsewhere = Pick<OtherVersion, 'type' | 'show' | 'read'>;

function elsewhereOf(rules: OwnershipRules, apiVersion: string): Elsewhere | 'gone' {
  if (!rules.versions || apiVersion === rules.apiVersion) return { type: rules.type, show: same, read: same };
  return rules.versions(apiVersion) ?? 'gone';
}

const same = (value: unknown): unknown => value;

const namedFields = (value: unknown, type: ApplyType): FieldSet => withNamedFields(ownedFields(value, type), type);
