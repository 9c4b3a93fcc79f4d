import type { LabelSelector, LabelSelectorRequirement } from './meta.ts';
import { parseRequirements, type Requirement, SelectorError } from './selector-parser.ts';

export { type Requirement, SelectorError, type SelectorOperator } from './selector-parser.ts';

type Labels = Readonly<Record<string, string>> | undefined;

/** A query over labels. */
export interface Selector {
  readonly requirements: readonly Requirement[];
  /** True where every object matches. */
  readonly empty: boolean;
  matches(labels: Labels): boolean;
  /** As `kubectl get -l` would take it. */
  toString(): string;
}

/** The selector of all objects whose labels meet every requirement. */
export function selectorOf(requirements: readonly Requirement[]): Selector {
  const sorted = [...requirements].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return {
    requirements: sorted,
    empty: sorted.length === 0,
    matches: (labels) => sorted.every((requirement) => meets(labels, requirement)),
    toString: () => sorted.map(formatRequirement).join(','),
  };
}

export const everything: Selector = selectorOf([]);

/** Matches no object: what an absent LabelSelector means. */
export const nothing: Selector = { requirements: [], empty: false, matches: () => false, toString: () => '' };

function meets(labels: Labels, { key, operator, values }: Requirement): boolean {
  // `constructor` is a key like any other.
  const value = labels && Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return value !== undefined && values.includes(value);
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    default:
      return value !== undefined && comparesInteger(value, operator, values[0] ?? '');
  }
}

function comparesInteger(value: string, operator: 'gt' | 'lt', limit: string): boolean {
  if (!/^[-+]?\d+$/.test(value)) return false;
  return operator === 'gt' ? BigInt(value) > BigInt(limit) : BigInt(value) < BigInt(limit);
}

function formatRequirement({ key, operator, values }: Requirement): string {
  if (operator === '!') return `!${key}`;
  if (operator === 'exists') return key;
  const list = values.join(',');
  if (operator === 'in' || operator === 'notin') return `${key} ${operator} (${list})`;
  return `${key}${operator === 'gt' ? '>' : operator === 'lt' ? '<' : operator}${list}`;
}

/** Reads `app=web,tier in (a,b),!old`; throws {@link SelectorError}. */
export function parseSelector(text: string): Selector {
  return text === '' ? everything : selectorOf(parseRequirements(text));
}

const OPERATORS = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' } as const;

/** A LabelSelector as a selector: absent selects nothing, empty everything. Throws {@link SelectorError}. */
export function selectorFrom(selector: LabelSelector | null | undefined): Selector {
  if (!selector) return nothing;
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]): Requirement => ({ key, operator: '=', values: [value] }));
  const requirements = [...labels, ...(selector.matchExpressions ?? []).map(requirementFrom)];
  return requirements.length ? selectorOf(requirements) : everything;
}

function requirementFrom({ key, operator, values = [] }: LabelSelectorRequirement): Requirement {
  const known = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (!known) throw new SelectorError(`"${operator}" is not a valid label selector operator`);
  return { key, operator: known, values: [...new Set(values ?? [])].sort() };
}

/** A plain label map as a selector (Services, ReplicationControllers): absent or empty selects everything. */
export function selectorFromLabels(labels: Labels): Selector {
  return selectorOf(Object.entries(labels ?? {}).map(([key, value]) => ({ key, operator: '=', values: [value] })));
}

/** A LabelSelector in the text form of `status.selector` and table columns; absent is `<none>`. */
export function formatLabelSelector(selector: LabelSelector | null | undefined): string {
  if (!selector) return '<none>';
  try {
    return selectorFrom(selector).toString() || '<none>';
  } catch (error) {
    if (error instanceof SelectorError) return '<error>';
    throw error;
  }
}
