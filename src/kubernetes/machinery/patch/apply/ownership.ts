import { sameJson } from '../same-json.ts';
import { ApplyConflict, conflictsOf } from './conflict.ts';
import { difference, differenceBelow, emptyFieldSet, type FieldSet, intersection, union } from './field-set.ts';
import { mergeTyped } from './merge.ts';
import { ownedFields } from './owned-fields.ts';
import { type LastApplied, prune } from './prune.ts';
import { type Comparison, compareAt, type VersionRules, type Versions, versionOf } from './versions.ts';

/** Who owns what: field sets by manager identifier. */
export type Owners = Map<string, FieldSet>;

/** What the rules of ownership need to know of a kind. */
export interface OwnershipRules extends VersionRules {
  /** For kinds whose managers may have written at other versions; without it all are taken to speak of this one. */
  readonly versions?: Versions;
}

/** Takes from the other managers what changed under them; throws {@link ApplyConflict} unless `force`. */
function settle(live: unknown, next: unknown, rules: OwnershipRules, owners: Owners, self: string, force: boolean): Comparison {
  const own = compareAt(live, next, rules);
  const comparisons = new Map<string, Comparison | undefined>([[rules.apiVersion, own]]);
  const comparisonOf = (manager: string): Comparison | undefined => {
    if (!rules.versions) return own;
    const apiVersion = versionOf(manager, rules.apiVersion);
    if (!comparisons.has(apiVersion)) comparisons.set(apiVersion, compareElsewhere(live, next, rules.versions, apiVersion));
    return comparisons.get(apiVersion);
  };
  const conflicts: Owners = new Map();
  for (const [manager, owned] of owners) {
    const compared = manager === self ? undefined : comparisonOf(manager);
    const contested = compared && intersection(owned, union(compared.modified, compared.added));
    if (contested && !contested.empty) conflicts.set(manager, contested);
  }
  if (!force && conflicts.size > 0) throw new ApplyConflict(conflictsOf(conflicts));
  for (const [manager, owned] of [...owners]) {
    if (manager === self) continue;
    const compared = comparisonOf(manager);
    const left = compared && difference(difference(owned, conflicts.get(manager) ?? emptyFieldSet), compared.removed);
    // Of a version that is served no more nobody can say what its fields are.
    if (!left || left.empty) owners.delete(manager);
    else owners.set(manager, left);
  }
  return own;
}

function compareElsewhere(live: unknown, next: unknown, versions: Versions, apiVersion: string): Comparison | undefined {
  const other = versions(apiVersion);
  return other && compareAt(other.show(live), other.show(next), other);
}

/** Records a plain write: its writer owns what it changed, others lose it. */
export function recordUpdate(live: unknown, next: unknown, rules: OwnershipRules, owners: Owners, self: string): void {
  const { added, modified, removed } = settle(live, next, rules, owners, self, true);
  const owned = differenceBelow(union(union(difference(owners.get(self) ?? emptyFieldSet, removed), modified), added), rules.ignored);
  if (owned.empty) owners.delete(self);
  else owners.set(self, owned);
}

/** The object after a configuration is applied; undefined when that changes nothing. Updates `owners`. */
export function applyConfiguration(
  live: unknown,
  config: unknown,
  rules: OwnershipRules,
  owners: Owners,
  self: string,
  force: boolean,
): unknown {
  const merged = mergeTyped(live, config, rules.type);
  const last = takeLast(owners, self, rules);
  owners.set(self, differenceBelow(ownedFields(config, rules.type), rules.ignored));
  const next = last && !last.fields.empty ? prune(merged, rules, owners, last) : merged;
  settle(live, next, rules, owners, self, force);
  if (owners.get(self)?.empty) owners.delete(self);
  return sameJson(live, next) ? undefined : next;
}

/** What the manager applied last time, at whichever version: it has one entry, which the new one replaces. */
function takeLast(owners: Owners, self: string, rules: OwnershipRules): LastApplied | undefined {
  const same = (id: string): boolean => id === self || (rules.versions !== undefined && withoutVersion(id) === withoutVersion(self));
  for (const [id, fields] of owners) {
    if (!same(id)) continue;
    owners.delete(id);
    return { apiVersion: versionOf(id, rules.apiVersion), fields };
  }
  return undefined;
}

function withoutVersion(identifier: string): string {
  return JSON.stringify({ ...JSON.parse(identifier), apiVersion: '' });
}
