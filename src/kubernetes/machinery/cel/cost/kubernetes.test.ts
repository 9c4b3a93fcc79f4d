import { expect, test } from 'vitest';
import { CompiledExpression, compile } from '../compile.ts';
import { estimateKubernetesCost, kubernetesEnvironment } from '../kubernetes.ts';
import { type AccessChecker, AuthorizerValue, authorizerType } from '../library/kubernetes/authorizer.ts';
import { between, type Range } from './range.ts';

const allowing: AccessChecker = { check: () => ({ allowed: true }), forServiceAccount: () => allowing };
/** As upstream's table of costs has it: mixed lists are allowed and constants are not folded. */
const environment = kubernetesEnvironment.extend({
  homogeneousLiterals: false,
  checkLiterals: false,
  foldConstants: false,
  variables: [{ name: 'authorizer', type: authorizerType }],
});

/** Strings that nothing is known of have up to 12 characters. */
const sizeOf = ({ type }: { readonly type: { readonly kind: string } }): Range | undefined =>
  type.kind === 'string' || type.kind === 'bytes' ? between(0, 12) : undefined;

function costsOf(source: string): [bigint, bigint, number] {
  const compiled = compile(source, environment);
  if (!(compiled instanceof CompiledExpression)) throw new Error(compiled.toString());
  const { min, max } = estimateKubernetesCost(compiled, sizeOf);
  return [min, max, compiled.evaluate({ authorizer: new AuthorizerValue(allowing) }).cost];
}

const INTS = '[1, 2, 3, 4, 5]';
const UINTS = '[uint(1), uint(2), uint(3), uint(4), uint(5)]';
const DOUBLES = '[1.0, 2.0, 3.0, 4.0, 5.0]';
const BOOLS = '[false, true, false, true, false]';
const STRINGS = `[${Array(5).fill("'012345678901'").join(', ')}]`;
const BYTES = `[${Array(5).fill("bytes('012345678901')").join(', ')}]`;
const DURATIONS = `[${[1, 2, 3, 4, 5].map((n) => `duration('${n}s')`).join(', ')}]`;
const TIMESTAMPS = `[${[1, 2, 3, 4, 5].map((n) => `timestamp('2011-01-0${n}T00:00:00.000+01:00')`).join(', ')}]`;
const TEXT = "'01234567890123456789012345678901234567890123456789'";
const IP4 = "ip('192.168.0.1')";
const IP6 = "ip('2001:db8:3333:4444:5555:6666:7777:8888')";
const NET4 = "cidr('192.168.0.0/16')";
const NET6 = "cidr('2001:db8::/32')";

/** Expression, estimated minimum and maximum, cost when it runs. */
const table: [string, number, number | bigint, number][] = [
  [`${INTS}.sum()`, 15, 15, 15],
  [`${UINTS}.sum()`, 20, 20, 20],
  [`${DOUBLES}.sum()`, 15, 15, 15],
  [`${DURATIONS}.sum()`, 20, 20, 20],
  ...['isSorted', 'max', 'min'].flatMap((name): [string, number, number, number][] => [
    [`${INTS}.${name}()`, 15, 15, 15],
    [`${UINTS}.${name}()`, 20, 20, 20],
    [`${DOUBLES}.${name}()`, 15, 15, 15],
    [`${BOOLS}.${name}()`, 15, 15, 15],
    [`${STRINGS}.${name}()`, 15, 25, 15],
    [`${BYTES}.${name}()`, 25, 35, 25],
    [`${DURATIONS}.${name}()`, 20, 20, 20],
    [`${TIMESTAMPS}.${name}()`, 20, 20, 20],
  ]),
  ...['indexOf', 'lastIndexOf'].flatMap((name): [string, number, number, number][] => [
    [`${INTS}.${name}(3)`, 15, 15, 15],
    [`${UINTS}.${name}(uint(3))`, 21, 21, 21],
    [`${STRINGS}.${name}('x')`, 15, 25, 15],
    [`${BYTES}.${name}(bytes('x'))`, 26, 36, 26],
    [`${DURATIONS}.${name}(duration('3s'))`, 21, 21, 21],
    [`${TEXT}.${name}('123')`, 5, 5, 5],
  ]),
  ...['getScheme', 'getHostname', 'getHost', 'getPort', 'getEscapedPath', 'getQuery'].map((name): [string, number, number, number] => [
    `url('https:://kubernetes.io/').${name}()`,
    4,
    4,
    4,
  ]),
  [IP4, 2, 2, 2],
  [IP6, 4, 4, 4],
  ...['family', 'isUnspecified', 'isLoopback', 'isLinkLocalMulticast', 'isLinkLocalUnicast', 'isGlobalUnicast'].flatMap(
    (name): [string, number, number, number][] => [
      [`${IP4}.${name}()`, 3, 3, 3],
      [`${IP6}.${name}()`, 5, 5, 5],
    ],
  ),
  ["ip.isCanonical('192.168.0.1')", 3, 3, 3],
  ["ip.isCanonical('2001:db8:3333:4444:5555:6666:7777:8888')", 8, 8, 8],
  ["ip.isCanonical('2001:db8::abcd')", 3, 3, 3],
  [NET4, 2, 2, 2],
  [`${NET4}.ip()`, 3, 3, 3],
  [`${NET6}.masked()`, 3, 3, 3],
  [`${NET4}.containsCIDR(cidr('192.0.0.0/30'))`, 7, 11, 7],
  [`${NET4}.containsCIDR('192.168.0.0/16')`, 7, 11, 7],
  [`${NET4}.containsIP(ip('192.0.0.1'))`, 4, 7, 4],
  [`${NET4}.containsIP(ip('192.169.169.250'))`, 5, 8, 5],
  [`${NET4}.containsIP('192.169.0.1')`, 5, 8, 5],
  [`${NET6}.containsIP('2001:db8:3333:4444:5555:6666:7777:8888')`, 7, 10, 7],
  ["'ABCDEFGHIJ abcdefghij'.lowerAscii()", 3, 3, 3],
  ["'ABCDEFGHIJ abcdefghij'.lowerAscii() == 'abcdefghij ABCDEFGHIJ'.lowerAscii()", 7, 9, 9],
  ["strings.quote('ABCDEFGHIJ abcdefghij')", 3, 3, 3],
  ["strings.quote('ABCDEFGHIJ abcdefghij') == strings.quote('ABCDEFGHIJ abcdefghij')", 7, 11, 9],
  ["'abc 123 def 123'.replace('123', '456')", 3, 3, 3],
  ["'abc 123 def 123'.replace('', 'x')", 3, 3, 3],
  ["'abc 123 def 123'.replace('123', '456', 1)", 3, 3, 3],
  ["'abc 123 def 123'.split(' ')", 3, 3, 3],
  ["'abc 123 def 123'.split(' ', 1)", 3, 3, 3],
  ["'abc 123 def 123'.substring(5, 8)", 2, 2, 2],
  ["'  abc 123 def 123  '.trim()", 2, 2, 2],
  ["['aa', 'bb', 'cc', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].join(' ')", 11, 23, 15],
  ["['aa', 'bb', 'cc', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].join()", 10, 22, 13],
  ["'abc 123 def 123'.find('123')", 2, 2, 2],
  ["'abc 123 def 123'.findAll('123', 1)", 2, 2, 2],
  ["authorizer.path('/healthz')", 2, 2, 2],
  ["authorizer.group('apps').resource('deployments').subresource('status').namespace('test').name('backend')", 6, 6, 6],
  ["authorizer.path('/healthz').check('get').allowed()", 350003, 350003, 350003],
  [
    "authorizer.group('apps').resource('deployments').subresource('status').namespace('test').name('backend').check('create').allowed()",
    350007,
    350007,
    350007,
  ],
  ['quantity("12Mi")', 1, 1, 1],
  ['quantity("200M") == quantity("200M")', 3, 3, 3],
  ['quantity("200M") == quantity("0.2G") && quantity("0.2G") == quantity("200M")', 3, 6, 6],
  ['quantity("50M").isLessThan(quantity("50Mi"))', 3, 3, 3],
  ['quantity("50k").add(20).sub(quantity("100k")).sub(-50000).asInteger() > 0', 7, 7, 7],
  ['sets.contains([], [])', 21, 21, 21],
  ['sets.contains([1, 2, 3, 4], [2, 3])', 29, 29, 29],
  ['sets.contains([1, 2.0, 3u], [1.0, 2u, 3])', 30, 30, 30],
  ['sets.contains([[1], [2, 3]], [[2, 3.0]])', 53, 53, 53],
  ['!sets.contains([1], ["1", 1])', 24, 24, 24],
  ['sets.equivalent([1, 2, 3], [3u, 2.0, 1])', 39, 39, 39],
  ['sets.equivalent([[1.0], [2, 3]], [[1], [2, 3.0]])', 69, 69, 69],
  ['sets.intersects([[1], [2, 3]], [[1, 2], [2, 3.0]])', 65, 65, 65],
];

test.each(table)('%s', (source, min, max, actual) => {
  expect(costsOf(source)).toEqual([BigInt(min), BigInt(max), actual]);
});
