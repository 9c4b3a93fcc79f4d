/** How large data of a schema can be at most: what it says, or what fits into a request. */

import type { CostNode } from '../cost/estimate.ts';
import { between, type Range } from '../cost/range.ts';
import type { DeclType } from './decl-type.ts';
import type { JsonSchema } from './json-schema.ts';

/** The largest request that the API server takes. */
const MAX_REQUEST = 3 * 1024 * 1024;

/** Lengths of values in JSON, quotes included. */
const MIN_STRING = 2;
const MIN_DURATION = 4;
const MAX_DURATION = 32;
const DATE = 12;
const MIN_DATE_TIME = 21;
const MAX_DATE_TIME = 31;
export const MIN_CONTAINER = 2;
export const MIN_BOOLEAN = 4;
export const MIN_NUMBER = 1;

const notNegative = (value: number): number => Math.max(0, value);

export function stringSizes({ format, maxLength, enum: values }: JsonSchema): { maxElements: number; minSize: number } {
  switch (format) {
    case 'duration':
      return { maxElements: MAX_DURATION, minSize: MIN_DURATION };
    case 'date':
      return { maxElements: DATE, minSize: DATE };
    case 'date-time':
      return { maxElements: MAX_DATE_TIME, minSize: MIN_DATE_TIME };
    case 'byte':
      return { maxElements: maxLength === undefined ? MAX_REQUEST - 2 : notNegative(maxLength), minSize: MIN_STRING };
    default:
      return { maxElements: plainStringSize(maxLength, values), minSize: MIN_STRING };
  }
}

/** A character may take four bytes. */
export function plainStringSize(maxLength: number | undefined, values: readonly unknown[] | undefined): number {
  if (maxLength !== undefined) return notNegative(maxLength) * 4;
  if (values?.length)
    return Math.max(0, ...values.map((value) => (typeof value === 'string' ? new TextEncoder().encode(value).length : 0)));
  return MAX_REQUEST - 2;
}

/** Elements stand between brackets with commas between them. */
export function listSize({ maxItems }: JsonSchema, element: DeclType): number {
  return maxItems === undefined ? Math.floor((MAX_REQUEST - 2) / (element.minSize + 1)) : notNegative(maxItems);
}

/** Entries have at least two quotes, a colon, a comma and a key of two characters. */
export function mapSize({ maxProperties }: JsonSchema, element: DeclType): number {
  return maxProperties === undefined ? Math.floor((MAX_REQUEST - 2) / (element.minSize + 6)) : notNegative(maxProperties);
}

/** Sizes for the estimate of a rule whose variables (`self`, `oldSelf`) all are of one type. */
export function sizesWithin(root: DeclType): (node: CostNode) => Range | undefined {
  return ({ path = [] }) => {
    if (path.length === 0) return undefined;
    const declared = path.slice(1).reduce<DeclType | undefined>(follow, root);
    return declared && between(0, declared.maxElements);
  };
}

function follow(declared: DeclType | undefined, step: string): DeclType | undefined {
  if (step === '@items' || step === '@values') return declared?.element;
  return step === '@keys' ? declared?.key : declared?.fields?.get(step);
}
