import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../../../../test/support/cel/run.ts';
import { CompiledExpression, compile } from '../../compile.ts';
import { kubernetesEnvironment } from '../../kubernetes.ts';
import { type AccessChecker, type AccessQuestion, AuthorizerValue, authorizerType } from './authorizer.ts';
import { jsonPatchLibrary } from './json-patch.ts';

type Row = [source: string, result: unknown];

function table(name: string, rows: readonly Row[]): void {
  describe(name, () => {
    test.each(rows)('%s', (source, result) => expect(evaluate(source)).toEqual(result));
  });
}

table('lists', [
  ['[1, 2, 3].isSorted()', true],
  ["['a', 'b', 'b', 'c'].isSorted()", true],
  ['[2.0, 1.0].isSorted()', false],
  ['[1].isSorted() && [].isSorted()', true],
  ['[1, 3].sum()', 4],
  ['[1.0, 3.0].sum()', 4],
  ["string([duration('1m'), duration('1s')].sum())", '61s'],
  ['[9223372036854775807, 1].sum()', 'error: integer overflow'],
  ['[1, 3].max() + [1, 3].min()', 4],
  ['dyn([]).min()', 'error: min called on empty list'],
  ['[1, 2, 2, 3].indexOf(2)', 1],
  ["['a', 'b', 'b', 'c'].lastIndexOf('b')", 2],
  ['[1.0].indexOf(1.1)', -1],
]);

table('regular expressions', [
  ["'abc 123'.find('[0-9]+')", '123'],
  ["'abc 123'.find('xyz')", ''],
  ["'123 abc 456'.findAll('[0-9]+')", ['123', '456']],
  ["'123 abc 456'.findAll('[0-9]+', 1)", ['123']],
  ["'abc'.findAll('xyz')", []],
  ["'aXbX'.findAll('x*')", ['', '', '', '', '']],
  ["'abc'.matches('a.c')", true],
  ["'a'.matches(dyn('('))", 'error parsing regexp: missing closing ): `(`'],
  ["'a'.matches('(')", "ERROR: <input>:1:13: invalid matches argument\n | 'a'.matches('(')\n | ............^"],
]);

table('URLs', [
  ["url('https://user:pass@example.com:80/path?query=val#fragment').getHost()", 'example.com:80'],
  ["url('https://example.com:80/').getPort()", '80'],
  ["url('https://[::1]:80/').getHostname()", '::1'],
  ["url('https://[::1]/').getHost()", '[::1]'],
  ["url('/path').getScheme() + url('/path').getHost()", ''],
  ["url('https://example.com/path with spaces/').getEscapedPath()", '/path%20with%20spaces/'],
  ["url('https://example.com').getEscapedPath()", ''],
  ["url('https://example.com/path?k1=a&k2=b&k2=c').getQuery()", { k1: ['a'], k2: ['b', 'c'] }],
  ["url('https://example.com/path?key with spaces=value with spaces').getQuery()", { 'key with spaces': ['value with spaces'] }],
  ["url('https://example.com/path?').getQuery()", {}],
  ["url('../relative-path')", 'error: URL parse error during conversion from string: parse "../relative-path": invalid URI for request'],
  ["url('https://a:b:c/')", 'error: URL parse error during conversion from string: parse "https://a:b:c/": invalid port ":c" after host'],
  ["isURL('https://a:b:c/') || isURL('../relative-path') || isURL('')", false],
  ["isURL('/absolute-path') && isURL('mailto:a@example.com')", true],
  ["url('https://a/b') == url('https://a/b')", true],
]);

table('IP addresses', [
  ["string(ip('192.168.0.1'))", '192.168.0.1'],
  ["string(ip('2001:DB8::0:ABCD'))", '2001:db8::abcd'],
  ["ip('192.168.0.1').family() + ip('::1').family()", 10],
  [
    "ip('192.168.0.')",
    'error: IP Address "192.168.0." parse error during conversion from string: ParseAddr("192.168.0."): IPv4 field must have at least one digit (at ".")',
  ],
  [
    "ip('127.0.0.256')",
    'error: IP Address "127.0.0.256" parse error during conversion from string: ParseAddr("127.0.0.256"): IPv4 field has value >255',
  ],
  [
    "ip('127.0.0.01')",
    'error: IP Address "127.0.0.01" parse error during conversion from string: ParseAddr("127.0.0.01"): IPv4 field has octet with leading zero',
  ],
  [
    "ip('2001:db8:::68')",
    'error: IP Address "2001:db8:::68" parse error during conversion from string: ParseAddr("2001:db8:::68"): each colon-separated field must have at least one digit (at ":68")',
  ],
  ["ip('::ffff:1.2.3.4')", 'error: IPv4-mapped IPv6 address "::ffff:1.2.3.4" is not allowed'],
  ["ip('fe80::1%en0')", 'error: IP address "fe80::1%en0" with zone value is not allowed'],
  ["ip.isCanonical('127.0.0.1') && ip.isCanonical('2001:db8::abcd')", true],
  ["ip.isCanonical('2001:DB8::ABCD') || ip.isCanonical('2001:db8::0:0:0:abcd')", false],
  ["isIP('::1') && !isIP(':::1') && !isIP('1.2.3')", true],
  ["ip('0.0.0.0').isUnspecified() && ip('::').isUnspecified() && !ip('::1').isUnspecified()", true],
  ["ip('127.3.2.1').isLoopback() && ip('::1').isLoopback() && !ip('2001:db8::1').isLoopback()", true],
  ["ip('224.0.0.1').isLinkLocalMulticast() && ip('ff02::1').isLinkLocalMulticast() && !ip('224.0.1.1').isLinkLocalMulticast()", true],
  ["ip('169.254.169.254').isLinkLocalUnicast() && ip('fe80::1').isLinkLocalUnicast() && !ip('fd80::1').isLinkLocalUnicast()", true],
  ["ip('192.168.0.1').isGlobalUnicast() && !ip('255.255.255.255').isGlobalUnicast() && !ip('ff00::1').isGlobalUnicast()", true],
  ["ip('127.0.0.1') == ip('127.0.0.1') && ip('127.0.0.1') != ip('127.0.0.2') && type(ip('::1')) == net.IP", true],
]);

table('networks', [
  ["string(cidr('192.168.0.1/24').masked())", '192.168.0.0/24'],
  ["cidr('192.168.0.0/24').containsIP(ip('192.168.0.1')) && cidr('192.168.0.0/24').containsIP('192.168.0.200')", true],
  ["cidr('192.168.0.0/24').containsIP('192.168.1.1') || cidr('192.168.0.0/24').containsIP('::1')", false],
  ["cidr('192.168.0.0/16').containsCIDR(cidr('192.168.10.0/24')) && cidr('2001:db8::/32').containsCIDR('2001:db8::/33')", true],
  ["cidr('192.168.0.0/24').containsCIDR('192.168.0.0/23')", false],
  ["cidr('::1/128').prefixLength() + cidr('10.0.0.0/8').prefixLength()", 136],
  ["cidr('192.168.0.0/24').ip() == ip('192.168.0.0') && type(cidr('::/0')) == net.CIDR", true],
  ["cidr('192.168.0.0/24') == cidr('192.168.0.0/24').masked() && cidr('192.168.0.1/24') != cidr('192.168.0.1/24').masked()", true],
  ["isCIDR('192.168.0.0/33') || isCIDR('::1/129') || isCIDR('10.0.0.0') || isCIDR('10.0.0.0/08')", false],
  [
    "cidr('192.168.0.0/')",
    'error: network address parse error during conversion from string: network address parse error during conversion from string: netip.ParsePrefix("192.168.0.0/"): bad bits after slash: ""',
  ],
]);

table('quantities', [
  ['string(quantity("12Mi").asInteger())', '12582912'],
  ['quantity("10Mo")', "error: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  ['quantity("10Mm")', "error: unable to parse quantity's suffix"],
  ['isQuantity("20Mi") && !isQuantity("20Mo") && !isQuantity("10Mm")', true],
  ['quantity("200M") == quantity("0.2G") && quantity("200M") != quantity("0.3G")', true],
  ['quantity("50M").isLessThan(quantity("50Mi")) && quantity("50Mi").isGreaterThan(quantity("50M"))', true],
  [
    '[quantity("200M").compareTo(quantity("0.2G")), quantity("50M").compareTo(quantity("50Mi")), quantity("50Mi").compareTo(quantity("50M"))]',
    [0, -1, 1],
  ],
  ['quantity("50k").add(quantity("20")) == quantity("50.02k") && quantity("50k").sub(20) == quantity("49980")', true],
  ['quantity("50k").add(20).sub(quantity("100k")).asInteger()', -49980],
  ['quantity("9999999999999999999999999999999999999G").asInteger()', 'error: cannot convert value to integer'],
  ['quantity("9999999999999999999999999999999999999G").isInteger() || quantity("1m").isInteger()', false],
  ['quantity("50.703k").asApproximateFloat()', 50703],
  ['sign(quantity("-1"))', -1],
  [
    'isQuantity([1])',
    "ERROR: <input>:1:11: found no matching overload for 'isQuantity' applied to '(list(int))'\n | isQuantity([1])\n | ..........^",
  ],
]);

const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

table('formats', [
  ["format.dns1123Label().validate('contains a space')", { some: [LABEL] }],
  ["format.dns1123LabelPrefix().validate('contains a space-')", { some: [LABEL] }],
  ["format.dns1123LabelPrefix().validate('prefix-')", 'none'],
  ["format.dns1123Subdomain().validate('example.com')", 'none'],
  ["format.qualifiedName().validate('my.name')", 'none'],
  ["format.byte().validate('aGVsbG8=').hasValue() || !format.byte().validate('aGVsbG8').hasValue()", false],
  ["format.date().validate('2020-01-32')", { some: ['invalid date'] }],
  ["format.date().validate('2020-02-29')", 'none'],
  ["format.datetime().validate('2020-01-01T00:00:00Z')", 'none'],
  ["format.datetime().validate('2020-01-01T24:00:00Z')", { some: ['invalid datetime'] }],
  ["format.uuid().validate('123e4567-e89b-12d3-a456-426614174000').hasValue()", false],
  ["format.uri().validate('../x')", { some: ['parse "../x": invalid URI for request'] }],
  ["format.named('unknown').hasValue()", false],
  ["format.named('dns1123Label').value() == format.dns1123Label() && format.uri() != format.uuid()", true],
]);

table('versions', [
  ["semver('1.2.3').major() + semver('1.2.3').minor() + semver('1.2.3').patch()", 6],
  ["isSemver('1.2.3') && isSemver('0.1.0-alpha.1') && !isSemver('v1.0') && !isSemver('hello') && !isSemver('01.01.01')", true],
  ["isSemver('v1.0', true) && isSemver('01.01.01', true)", true],
  ["semver('v1.0', true) == semver('1.0.0')", true],
  ["semver('Three')", 'error: No Major.Minor.Patch elements found'],
  ["semver('1.2.3-')", 'error: Prerelease is empty'],
  ["semver('1.01.0')", 'error: Minor number must not contain leading zeroes "01"'],
  [
    "[semver('1.2.3').compareTo(semver('2.0.0')), semver('1.2.3').compareTo(semver('0.1.2')), semver('1.0.0').compareTo(semver('1.0.0+x'))]",
    [-1, 1, 0],
  ],
  ["semver('1.0.0-alpha.1').isLessThan(semver('1.0.0-alpha.beta')) && semver('1.0.0-rc.1').isLessThan(semver('1.0.0'))", true],
]);

table('strings and sets', [
  ["'%s %s'.format(['a', 'b'])", 'a b'],
  ["'%s'.format([['a', 'b']])", '["a", "b"]'],
  ["'%s'.format([{'b': 1.5, 'a': 2.0}])", '{"a":2.000000, "b":1.500000}'],
  ["'%.2f'.format([1234567.125])", '1,234,567.12'],
  ["'%d %d'.format([1, 2]) + ' %x %b %o'.format([255, 5, 8])", '1 2 ff 101 10'],
  [
    "'%d'.format(['a'])",
    "ERROR: <input>:1:14: error during formatting: decimal clause can only be used on integers, was given string\n | '%d'.format(['a'])\n | .............^",
  ],
  ["'%d'.format([])", "ERROR: <input>:1:12: index 0 out of range\n | '%d'.format([])\n | ...........^"],
  [
    "'%d'.format([1, 2])",
    "ERROR: <input>:1:12: too many arguments supplied to string.format (expected 1, got 2)\n | '%d'.format([1, 2])\n | ...........^",
  ],
  ["'%d'.format([dyn('a')])", 'error: error during formatting: decimal clause can only be used on integers, was given string'],
  [
    "'hello'.reverse()",
    "ERROR: <input>:1:16: found no matching overload for 'reverse' applied to 'string.()'\n | 'hello'.reverse()\n | ...............^",
  ],
  ["'%d %s %s'.format([1, 'a', duration('1m')])", '1 a 60s'],
  [
    "{'k': 'a', 'l': 1, 'm': false}",
    "ERROR: <input>:1:17: expected type 'string' but found 'int'\n | {'k': 'a', 'l': 1, 'm': false}\n | ................^\nERROR: <input>:1:25: expected type 'string' but found 'bool'\n | {'k': 'a', 'l': 1, 'm': false}\n | ........................^",
  ],
  ['sets.contains([1, 2], [2]) && sets.intersects([1], [1, 2]) && !sets.equivalent([1], [1, 2])', true],
]);

test('keys of JSON patches', () => {
  const environment = kubernetesEnvironment.extend({ libraries: [jsonPatchLibrary] });
  expect(evaluate("'/metadata/labels/' + jsonpatch.escapeKey('k8s.io/my~label')", {}, environment)).toBe(
    '/metadata/labels/k8s.io~1my~0label',
  );
});

describe('authorizer', () => {
  const environment = kubernetesEnvironment.extend({ variables: [{ name: 'authorizer', type: authorizerType }] });
  const asked: (AccessQuestion & { account?: string })[] = [];
  const checker = (account?: string): AccessChecker => ({
    check(question) {
      asked.push(account === undefined ? question : { ...question, account });
      return question.verb === 'get' ? { allowed: true, reason: 'because' } : { allowed: false, error: 'down' };
    },
    forServiceAccount: (namespace, name) => checker(`${namespace}/${name}`),
  });
  const ask = (source: string): unknown => evaluate(source, { authorizer: new AuthorizerValue(checker()) }, environment);

  test('asks about a resource', () => {
    asked.length = 0;
    expect(
      ask(
        "authorizer.group('apps').resource('deployments').subresource('status').namespace('ns').name('n').labelSelector('a=b').check('get').reason()",
      ),
    ).toBe('because');
    expect(asked).toEqual([
      {
        verb: 'get',
        group: 'apps',
        resource: 'deployments',
        subresource: 'status',
        namespace: 'ns',
        name: 'n',
        fieldSelector: '',
        labelSelector: 'a=b',
      },
    ]);
  });

  test('asks for a service account, each question once', () => {
    asked.length = 0;
    expect(
      ask(
        "authorizer.serviceAccount('ns', 'sa').path('/healthz').check('get').allowed() && authorizer.serviceAccount('ns', 'sa').path('/healthz').check('get').allowed()",
      ),
    ).toBe(true);
    expect(asked).toEqual([{ verb: 'get', path: '/healthz', account: 'ns/sa' }]);
  });

  test.each([
    ["authorizer.path('/x').check('post').errored() && authorizer.path('/x').check('post').error() == 'down'", true],
    ["authorizer.path(' ')", 'error: path must not be empty'],
    ["authorizer.group('').resource('')", 'error: resource must not be empty'],
    ["authorizer.serviceAccount('a.b', 'c')", 'error: Invalid service account namespace'],
    ["authorizer.serviceAccount('a', 'c@d')", 'error: Invalid service account name'],
  ])('%s', (source, result) => expect(ask(source)).toEqual(result));

  test('waits for an answer that takes time', async () => {
    const slow: AccessChecker = { check: async ({ verb }) => ({ allowed: verb === 'get' }), forServiceAccount: () => slow };
    const compiled = compile(
      "[1, 2].all(x, authorizer.path('/a').check('get').allowed()) && !authorizer.path('/b').check('put').allowed()",
      environment,
    );
    expect(compiled).toBeInstanceOf(CompiledExpression);
    const { value } = await (compiled as CompiledExpression).evaluateAsync({ authorizer: new AuthorizerValue(slow) });
    expect(value).toBe(true);
  });
});

table('lists of cel-go', [
  ['[1, 2, 3, 4].slice(1, 3) == [2, 3] && [1].slice(0, 0) == []', true],
  ['[1].slice(0, 2)', 'error: cannot slice(0, 2), list is length 1'],
  ['[1].slice(-1, 1)', 'error: cannot slice(-1, 1), negative indexes not supported'],
  ['[1].slice(1, 0)', 'error: cannot slice(1, 0), start index must be less than or equal to end index'],
  ['[[1], [2, 3], []].flatten() == [1, 2, 3]', true],
  ['[[[1, 2]], [[3]]].flatten(2) == [1, 2, 3]', true],
  ["['c', 'a', 'b'].sort() == ['a', 'b', 'c'] && [].sort() == []", true],
  ["[{'n': 2}, {'n': 1}].sortBy(e, e.n)[0].n == 1", true],
  ['lists.range(3) == [0, 1, 2] && lists.range(0) == []', true],
  ['lists.range(-1)', 'error: lists.range: size must be non-negative, got -1'],
  ['[5, 1, 2].reverse() == [2, 1, 5]', true],
  ['[-2, 5, -2, 1, 5].distinct() == [-2, 5, 1]', true],
  ['dyn([1.0, 2.0]).sum() == 3.0', true],
]);
