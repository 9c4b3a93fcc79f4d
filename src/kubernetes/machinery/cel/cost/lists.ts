/** What cel-go's functions of lists cost, by the name of the function. */

import type { CelType } from '../types/type.ts';
import { CelList } from '../values/value.ts';
import type { CallEstimate, CallToEstimate, CostNode } from './estimate.ts';
import { add, exactly, MAX, multiply, type Range, scale } from './range.ts';
import { type CallCost, sizeOf } from './runtime.ts';
import { LIST_COST, TEXT_FACTOR } from './units.ts';

/** Elements are compared twice with each other; texts are read for it. */
const COMPARISONS = 2;
const isText = ({ kind }: CelType): boolean => kind === 'string' || kind === 'bytes';

/** The call and the list that it makes. */
const made = (cost: number): number => Math.trunc(cost) + 1 + LIST_COST;
const ofResult: CallCost = (_, result) => made(sizeOf(result));

function comparedWithEachOther(list: CelList): number {
  const size = list.size;
  if (size === 0) return made(0);
  const first = list.at(0);
  const text = typeof first === 'string' || first instanceof Uint8Array;
  return made(size * size * (COMPARISONS + (text ? TEXT_FACTOR : 0)));
}

const compared =
  (index: number): CallCost =>
  (args) => {
    const list = args[index];
    return list instanceof CelList ? comparedWithEachOther(list) : made(0);
  };

export const LIST_COSTS: readonly (readonly [name: string, cost: CallCost])[] = [
  ...['slice', 'lists.range', 'reverse'].map((name) => [name, ofResult] as const),
  ['flatten', ([list, depth]) => made(sizeOf(list!) * (depth === undefined ? 1 : Number(depth)))],
  ['distinct', compared(0)],
  ['sort', compared(0)],
  ['@sortByAssociatedKeys', compared(1)],
];

type Estimate = (call: CallToEstimate) => CallEstimate | undefined;

function making(size: Range, factor: number): CallEstimate {
  return { cost: add(scale(size, factor), exactly(LIST_COST), exactly(1)), size };
}

/** A whole number that is written out, or what stands for one that is not. */
function literal(node: CostNode | undefined, otherwise: bigint): bigint {
  const value = node?.expr?.kind === 'literal' ? node.expr.value : undefined;
  return typeof value === 'number' || typeof value === 'bigint' ? BigInt.asUintN(64, BigInt(value)) : otherwise;
}

const selfCompared = (size: Range, element: CelType | undefined): CallEstimate =>
  making(multiply(size, size), COMPARISONS + (element && isText(element) ? TEXT_FACTOR : 0));

const elementOf = (node: CostNode): CelType | undefined => node.type.parameters[0];

export const LIST_ESTIMATES: readonly (readonly [name: string, estimate: Estimate])[] = [
  [
    'slice',
    ({ target, args: [start, end], sizeOf: size }) =>
      target && making(exactly(BigInt.asUintN(64, literal(end, size(target).max) - literal(start, 0n))), 1),
  ],
  ['lists.range', ({ args: [count] }) => making(exactly(literal(count, MAX)), 1)],
  ['reverse', ({ target, sizeOf: size }) => target && making(size(target), 1)],
  ['flatten', ({ target, args: [depth], sizeOf: size }) => target && making(size(target), depth ? Number(literal(depth, MAX)) : 1)],
  ['distinct', ({ target, sizeOf: size }) => target && selfCompared(size(target), elementOf(target))],
  ['sort', ({ target, sizeOf: size }) => target && selfCompared(size(target), elementOf(target))],
  ['@sortByAssociatedKeys', ({ args: [keys], sizeOf: size }) => keys && selfCompared(size(keys), elementOf(keys))],
];
