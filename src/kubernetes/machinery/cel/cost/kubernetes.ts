/** What Kubernetes' functions cost while they run, by the name of the function. */

import { CidrValue } from '../library/kubernetes/cidr.ts';
import { FormatValue } from '../library/kubernetes/format.ts';
import { IpValue } from '../library/kubernetes/ip.ts';
import { toUtf8 } from '../values/text.ts';
import { CelList, CelMap, type CelValue } from '../values/value.ts';
import { LIST_COSTS } from './lists.ts';
import { type CallCost, type CallCosts, matchCost, sizeOf, traversal } from './runtime.ts';
import { LIST_COST, STRUCT_COST, TEXT_FACTOR } from './units.ts';

/** Two checks an expression are what the limit allows. */
export const CHECK_COST = 350_000;

const firstArgument: CallCost = ([first]) => traversal(first!);
const firstArgumentTwice: CallCost = ([first]) => Math.ceil(sizeOf(first!) * 2 * TEXT_FACTOR);
const resultTwice: CallCost = (_, result) => Math.ceil(sizeOf(result) * 2 * TEXT_FACTOR);
const walk: CallCost = ([first]) => walkCost(first!);
const find: CallCost = ([text, pattern]) => matchCost(sizeOf(text!), sizeOf(pattern!));
const selector: CallCost = ([, text]) =>
  LIST_COST + traversal(text!) + Math.ceil(Math.ceil(sizeOf(text!) * 0.5) * (LIST_COST + STRUCT_COST));

const validate: CallCost = ([format, text]) => (format instanceof FormatValue ? matchCost(sizeOf(text!), format.patternSize) : 1);
const compareNetworks = (cidr: CelValue): number => Math.ceil(2 * sizeOf(cidr) * TEXT_FACTOR);

const containsIp: CallCost = ([cidr, other]) => compareNetworks(cidr!) + (typeof other === 'string' ? traversal(other) : 0);
const containsCidr: CallCost = ([cidr, other]) =>
  compareNetworks(cidr!) + traversal(cidr!) + 1 + (typeof other === 'string' ? traversal(other) : 0);

/** Reading every string in a value. */
function walkCost(value: CelValue): number {
  if (typeof value === 'string') return Math.trunc(toUtf8(value).length * TEXT_FACTOR);
  if (value instanceof Uint8Array) return Math.trunc(value.length * TEXT_FACTOR);
  if (value instanceof CelList) return [...value].reduce<number>((sum, element) => sum + walkCost(element), 0);
  if (value instanceof CelMap)
    return [...value.keys()].reduce<number>((sum, key) => sum + walkCost(key) + walkCost(value.get(key) ?? null), 0);
  return 1;
}

/** Calls that cost one, whatever they are given: counted when they are made, and estimated before. */
export const NOMINAL = [
  ...['serviceAccount', 'path', 'group', 'resource', 'subresource', 'namespace', 'name', 'allowed', 'reason', 'error', 'errored'],
  ...['masked', 'prefixLength', 'family', 'isUnspecified', 'isLoopback', 'isLinkLocalMulticast', 'isLinkLocalUnicast', 'isGlobalUnicast'],
  ...[
    'sign',
    'asInteger',
    'isInteger',
    'asApproximateFloat',
    'isGreaterThan',
    'isLessThan',
    'compareTo',
    'add',
    'sub',
    'major',
    'minor',
    'patch',
  ],
  ...['getScheme', 'getHostname', 'getHost', 'getPort', 'getEscapedPath', 'getQuery', 'format.named'],
];

/** Addresses compare at once; what size they have counts elsewhere. */
const equality: CallCost = ([a, b]) =>
  a instanceof IpValue || a instanceof CidrValue ? 1 : Math.ceil(Math.min(sizeOf(a!), sizeOf(b!)) * TEXT_FACTOR);

const setsContain: CallCost = ([a, b]) => 1 + sizeOf(a!) * sizeOf(b!);
const setsEqual: CallCost = ([a, b]) => 1 + 2 * sizeOf(a!) * sizeOf(b!);

const COSTS: ReadonlyMap<string, CallCost> = new Map<string, CallCost>([
  ['check', CHECK_COST],
  ...NOMINAL.map((name) => [name, 1] as const),
  ...['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map((name) => [name, walk] as const),
  ...['url', 'lowerAscii', 'upperAscii', 'substring', 'trim', 'jsonpatch.escapeKey'].map((name) => [name, firstArgument] as const),
  ...['cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'].map((name) => [name, firstArgument] as const),
  ...['replace', 'split', 'ip.isCanonical'].map((name) => [name, firstArgumentTwice] as const),
  ['join', resultTwice],
  ['find', find],
  ['findAll', find],
  ['fieldSelector', selector],
  ['labelSelector', selector],
  ['containsIP', containsIp],
  ['containsCIDR', containsCidr],
  ['validate', validate],
  ['_==_', equality],
  ['sets.contains', setsContain],
  ['sets.intersects', setsContain],
  ['sets.equivalent', setsEqual],
  ...LIST_COSTS,
]);

/** Costs of Kubernetes' libraries; others are left to the standard ones. */
export const kubernetesCallCosts: CallCosts = (name, overload) => {
  if (name === 'ip') return overload === 'cidr_ip' ? 1 : firstArgument;
  return COSTS.get(name);
};
