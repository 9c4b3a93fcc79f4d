import { parseFieldSelector as parseFields } from '../../machinery/field-selectors.ts';
import { parseSelector, type SelectorOperator } from '../../machinery/selectors.ts';
import type { SelectorRequirement } from './authorizer.ts';

const OPERATORS: Readonly<Partial<Record<SelectorOperator, SelectorRequirement['operator']>>> = {
  '=': 'In',
  '==': 'In',
  in: 'In',
  '!=': 'NotIn',
  notin: 'NotIn',
  exists: 'Exists',
  '!': 'DoesNotExist',
};

/** Undefined where it cannot be parsed: such a request is answered with 400 later, and narrows nothing here. */
export function parseFieldSelector(text: string): SelectorRequirement[] | undefined {
  try {
    return parseFields(text).map(({ field, operator, value }) => ({
      key: field,
      operator: operator === '!=' ? 'NotIn' : 'In',
      values: [value],
    }));
  } catch {
    return undefined;
  }
}

/** As {@link parseFieldSelector}; terms that authorizers have no word for (`gt`, `lt`) are left out. */
export function parseLabelSelector(text: string): SelectorRequirement[] | undefined {
  try {
    return parseSelector(text).requirements.flatMap(({ key, operator, values }) => {
      const known = OPERATORS[operator];
      return known ? { key, operator: known, values: [...values] } : [];
    });
  } catch {
    return undefined;
  }
}
