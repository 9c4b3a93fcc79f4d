import { sameJson } from '../same-json.ts';
import type { ApplyType } from './atoms.ts';
import { compareTyped } from './compare.ts';
import { ApplyConflict, conflictsOf } from './conflict.ts';
import { difference, differenceBelow, emptyFieldSet, type FieldSet, intersection, union } from './field-set.ts';
import { mergeTyped } from './merge.ts';
import { ownedFields } from './owned-fields.ts';
import { removeFields, withNamedFields } from './remove.ts';

/** Who owns what: field sets by manager identifier. */
export type Owners = Map<string, FieldSet>;

/** What the rules of ownership need to know of a kind. */
export interface OwnershipRules {
  readonly type: ApplyType;
  /** Paths that no writer of this kind of request can own. */
  readonly ignored: FieldSet;
}

type Comparison = ReturnType<typeof compareTyped>;

/** Takes from the other managers what changed under them; throws {@link ApplyConflict} unless `force`. */
function settle(live: unknown, next: unknown, rules: OwnershipRules, owners: Owners, self: string, force: boolean): Comparison {
  const compared = compareTyped(live, next, rules.type);
  const added = differenceBelow(compared.added, rules.ignored);
  const modified = differenceBelow(compared.modified, rules.ignored);
  const removed = differenceBelow(compared.removed, rules.ignored);
  const changed = union(modified, added);
  const conflicts: Owners = new Map();
  for (const [manager, owned] of owners) {
    if (manager === self) continue;
    const contested = intersection(owned, changed);
    if (!contested.empty) conflicts.set(manager, contested);
  }
  if (!force && conflicts.size > 0) throw new ApplyConflict(conflictsOf(conflicts));
  for (const [manager, owned] of [...owners]) {
    if (manager === self) continue;
    const left = difference(difference(owned, conflicts.get(manager) ?? emptyFieldSet), removed);
    if (left.empty) owners.delete(manager);
    else owners.set(manager, left);
  }
  return { added, modified, removed };
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
  const last = owners.get(self);
  owners.set(self, differenceBelow(ownedFields(config, rules.type), rules.ignored));
  const next = last && !last.empty ? prune(merged, rules.type, owners, last) : merged;
  settle(live, next, rules, owners, self, force);
  if (owners.get(self)?.empty) owners.delete(self);
  return sameJson(live, next) ? undefined : next;
}

/** Removes what the manager applied last time and nobody claims any more. */
function prune(merged: unknown, type: ApplyType, owners: Owners, last: FieldSet): unknown {
  const lastNamed = withNamedFields(last, type);
  const mergedNamed = withNamedFields(ownedFields(merged, type), type);
  let pruned = removeFields(merged, lastNamed, type);
  let owned: FieldSet = emptyFieldSet;
  for (const set of owners.values()) owned = union(owned, set);
  const keep = union(withNamedFields(ownedFields(pruned, type), type), withNamedFields(owned, type));
  pruned = removeFields(merged, difference(mergedNamed, keep), type);
  const prunedNamed = withNamedFields(ownedFields(pruned, type), type);
  // Only what this manager owned before may go: fields of nobody stay.
  return removeFields(merged, intersection(difference(mergedNamed, prunedNamed), lastNamed), type);
}
