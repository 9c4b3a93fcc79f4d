import type { Condition } from '../../../api/apiextensions/conditions.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionNames } from '../../../api/generated/apiextensions-v1.ts';
import { sameValue } from '../../writes/equal.ts';

export interface Naming {
  readonly acceptedNames: CustomResourceDefinitionNames;
  readonly condition: Condition;
}

const NO_NAMES: CustomResourceDefinitionNames = { plural: '', kind: '' };

/** Which names a definition gets beside the others of its group; undefined where it has all that it asks for. */
export function namingOf(crd: CustomResourceDefinition, all: readonly CustomResourceDefinition[]): Naming | undefined {
  const wanted = crd.spec.names;
  const accepted = crd.status?.acceptedNames ?? NO_NAMES;
  if (sameValue(withoutEmpty(wanted), withoutEmpty(accepted))) return undefined;
  const used = usedNames(all.filter(({ spec }) => spec.group === crd.spec.group));
  const names: CustomResourceDefinitionNames = { ...accepted };
  let conflict: { reason: string; message: string } | undefined;
  const claim = (field: 'plural' | 'singular' | 'kind' | 'listKind', taken: ReadonlySet<string>, reason: string) => {
    const name = wanted[field] ?? '';
    if (name === (accepted[field] ?? '') || !taken.has(name)) names[field] = name;
    else conflict = { reason, message: inUse(name) };
  };
  claim('plural', used.resources, 'PluralConflict');
  claim('singular', used.resources, 'SingularConflict');
  const shortNames = (wanted.shortNames ?? []).filter((name) => !accepted.shortNames?.includes(name) && used.resources.has(name));
  if (shortNames.length === 0) setList(names, 'shortNames', wanted.shortNames);
  else conflict = { reason: 'ShortNamesConflict', message: aggregate(shortNames.map(inUse)) };
  claim('kind', used.kinds, 'KindConflict');
  claim('listKind', used.kinds, 'ListKindConflict');
  setList(names, 'categories', wanted.categories);
  return { acceptedNames: names, condition: conditionOf(conflict) };
}

function conditionOf(conflict: { reason: string; message: string } | undefined): Condition {
  if (conflict) return { type: 'NamesAccepted', status: 'False', ...conflict };
  return { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' };
}

function usedNames(group: readonly CustomResourceDefinition[]): { resources: ReadonlySet<string>; kinds: ReadonlySet<string> } {
  const names = group.map(({ status }) => status?.acceptedNames ?? NO_NAMES);
  return {
    resources: new Set(names.flatMap(({ plural, singular = '', shortNames = [] }) => [plural, singular, ...shortNames])),
    kinds: new Set(names.flatMap(({ kind, listKind = '' }) => [kind, listKind])),
  };
}

function setList(names: CustomResourceDefinitionNames, field: 'shortNames' | 'categories', list: string[] | undefined): void {
  if (list?.length) names[field] = list;
  else delete names[field];
}

function withoutEmpty(names: CustomResourceDefinitionNames): object {
  return Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined && value.length > 0));
}

const inUse = (name: string): string => `${JSON.stringify(name)} is already in use`;

function aggregate(messages: readonly string[]): string {
  return messages.length === 1 ? (messages[0] as string) : `[${messages.join(', ')}]`;
}
