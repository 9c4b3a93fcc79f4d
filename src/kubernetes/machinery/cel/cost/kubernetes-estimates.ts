/** What calls of Kubernetes' functions may cost. These numbers decide which rules a custom resource may have. */

import type { CelType } from '../types/type.ts';
import { matchEstimate } from './call-estimates.ts';
import type { CallEstimate, CallToEstimate, CostNode, EstimateCall } from './estimate.ts';
import { CHECK_COST, NOMINAL } from './kubernetes.ts';
import { LIST_ESTIMATES } from './lists.ts';
import { add, between, exactly, MAX, multiply, one, type Range, scale, zero } from './range.ts';
import { LIST_COST, REGEX_FACTOR, STRUCT_COST, TEXT_FACTOR } from './units.ts';

type Estimate = (call: CallToEstimate) => CallEstimate | undefined;

const read = (size: Range): Range => scale(size, TEXT_FACTOR);
const nominal: Estimate = () => ({ cost: one });

/** Reading the first argument. */
const firstArgument: Estimate = ({ args: [text], sizeOf }) => (text ? { cost: read(sizeOf(text)), size: sizeOf(text) } : undefined);
/** Parsing the first argument into something that has no size. */
const parsed: Estimate = ({ args: [text], sizeOf }) => (text ? { cost: read(sizeOf(text)) } : undefined);
const ofTarget: Estimate = ({ target, sizeOf }) => (target ? { cost: read(sizeOf(target)), size: sizeOf(target) } : undefined);

/** Reading a list and, where they are texts, its elements; or a text. */
const walk: Estimate = ({ target, sizeOf }) => {
  if (!target) return undefined;
  const element = elementOf(target);
  if (!element) return { cost: read(sizeOf(target)) };
  const isText = element.type.kind === 'string' || element.type.kind === 'bytes';
  const each = isText ? add(one, read(sizeOf(element))) : one;
  return { cost: multiply(sizeOf(target), each) };
};

function elementOf({ type, path }: CostNode): CostNode | undefined {
  const [element] = type.parameters;
  return element && { type: element, path: path && [...path, '@items'], expr: undefined, size: undefined };
}

const selector: Estimate = ({ args: [text], sizeOf }) => {
  if (!text) return undefined;
  const size = sizeOf(text);
  return { cost: add(exactly(LIST_COST), read(size), scale(scale(size, 0.5), LIST_COST + STRUCT_COST)) };
};

const find: Estimate = ({ target, args: [pattern], sizeOf }) => {
  if (!target || !pattern) return undefined;
  return { cost: matchEstimate(sizeOf(target), sizeOf(pattern)), size: { min: 0n, max: sizeOf(target).max } };
};

const split: Estimate = ({ target, args: [, limit], sizeOf }) => {
  if (!target) return undefined;
  const literal = limit?.expr?.kind === 'literal' ? limit.expr.value : undefined;
  const max = typeof literal === 'number' || typeof literal === 'bigint' ? BigInt.asUintN(64, BigInt(literal)) : sizeOf(target).max;
  return { cost: scale(sizeOf(target), 2 * TEXT_FACTOR), size: { min: 0n, max } };
};

const join: Estimate = ({ target, args: [separator], sizeOf }) => {
  if (!target) return undefined;
  const count = sizeOf(target);
  const element = elementOf(target);
  const texts = element ? multiply(count, sizeOf(element)) : zero;
  const less = (value: bigint): bigint => (value > 0n ? value - 1n : 0n);
  const separators = separator ? multiply(sizeOf(separator), { min: less(count.min), max: less(count.max) }) : zero;
  const size = add(texts, separators);
  return { cost: read(size), size };
};

const replace: Estimate = ({ target, args: [old, replacement], sizeOf }) => {
  if (!target || !old || !replacement) return undefined;
  const size = sizeOf(target);
  return { cost: scale(size, 2 * TEXT_FACTOR), size: replacedSize(size, sizeOf(old), sizeOf(replacement)) };
};

/** The size of a text after every `old` in it has been replaced. */
export function replacedSize(text: Range, old: Range, replacement: Range): Range {
  const divideUp = (value: bigint, by: bigint): bigint => BigInt(Math.ceil(Number(value) / Number(by)));
  const between = (value: bigint): bigint => (value < MAX ? value + 1n : value);
  const count = { min: 0n, max: 0n };
  const kept = { min: 0n, max: 0n };
  // An empty text is found around every character, which all stay.
  if (old.min === 0n) [count.max, kept.max] = [between(text.max), text.max];
  else if (replacement.max <= old.min) kept.max = text.max;
  else count.max = divideUp(text.max, old.min);
  if (old.max === 0n) [count.min, kept.min] = [between(text.min), text.min];
  else if (old.max <= replacement.min) kept.min = text.min;
  else count.min = divideUp(text.min, old.max);
  return add(multiply(count, replacement), kept);
}

/** Addresses have 4 or 16 bytes. */
const ADDRESS = between(4, 16);
const compareNetworks = read(add(ADDRESS, ADDRESS));

const containsIp: Estimate = ({ target, overload, args: [other], sizeOf }) => {
  if (!target || !other) return undefined;
  const parse = overload === 'cidr_contains_ip_string' ? read(sizeOf(other)) : zero;
  return { cost: add(compareNetworks, parse) };
};

const containsCidr: Estimate = ({ target, overload, args: [other], sizeOf }) => {
  if (!target || !other) return undefined;
  const parse = overload === 'cidr_contains_cidr_string' ? read(sizeOf(other)) : zero;
  return { cost: add(compareNetworks, read(ADDRESS), one, parse) };
};

const ip: Estimate = ({ overload, args: [text], sizeOf }) =>
  !text || overload === 'cidr_ip' ? { cost: one } : { cost: read(sizeOf(text)) };

/** The longest regular expression of a format for names. */
const MAX_FORMAT_PATTERN = 128;
const MAX_FORMAT_NAME = 64;

const validate: Estimate = ({ target, args: [text], sizeOf }) => {
  return target && text ? { cost: scale(read(sizeOf(text)), MAX_FORMAT_PATTERN * REGEX_FACTOR) } : undefined;
};

const AT_ONCE: ReadonlySet<string> = new Set([
  'net.IP',
  'net.CIDR',
  'kubernetes.Quantity',
  'kubernetes.Semver',
  ...['Authorizer', 'PathCheck', 'GroupCheck', 'ResourceCheck', 'Decision'].map((name) => `kubernetes.authorization.${name}`),
]);

const equality: Estimate = ({ args: [a, b] }) => (a && b && a.type.name === b.type.name ? equalityOf(a.type, b) : undefined);

function equalityOf({ name }: CelType, { size }: CostNode): CallEstimate | undefined {
  if (AT_ONCE.has(name)) return { cost: one };
  if (name === 'kubernetes.NamedFormat') return { cost: read(between(1, MAX_FORMAT_NAME)) };
  return name === 'kubernetes.URL' ? { cost: read({ min: 1n, max: size?.max ?? 1n }) } : undefined;
}

/** Every element of one list against every one of the other. */
const sets =
  (times: number): Estimate =>
  ({ args: [a, b], sizeOf }) =>
    a && b ? { cost: add(one, scale(multiply(sizeOf(a), sizeOf(b)), times)) } : undefined;

const ESTIMATES: ReadonlyMap<string, Estimate> = new Map<string, Estimate>([
  ['check', () => ({ cost: exactly(CHECK_COST) })],
  ...NOMINAL.map((name) => [name, nominal] as const),
  ...['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map((name) => [name, walk] as const),
  ...['url', 'jsonpatch.escapeKey'].map((name) => [name, firstArgument] as const),
  ...['lowerAscii', 'upperAscii', 'substring', 'trim'].map((name) => [name, ofTarget] as const),
  ...['cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'].map((name) => [name, parsed] as const),
  ['replace', replace],
  ['split', split],
  ['join', join],
  ['find', find],
  ['findAll', find],
  ['fieldSelector', selector],
  ['labelSelector', selector],
  ['ip', ip],
  ['ip.isCanonical', ({ args: [text], sizeOf }) => (text ? { cost: scale(sizeOf(text), 2 * TEXT_FACTOR) } : undefined)],
  ['containsIP', containsIp],
  ['containsCIDR', containsCidr],
  ['validate', validate],
  ['_==_', equality],
  ['sets.contains', sets(1)],
  ['sets.intersects', sets(1)],
  ['sets.equivalent', sets(2)],
  ...LIST_ESTIMATES,
]);

export const estimateKubernetesCall: EstimateCall = (call) => ESTIMATES.get(call.name)?.(call);
