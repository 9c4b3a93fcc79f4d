import { expect, test } from 'vitest';
import { parseAuthenticationConfiguration } from './configuration.ts';

const HEAD = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthenticationConfiguration\n';
const GOOD = { issuer: { url: 'https://a.example', audiences: ['us'] }, claimMappings: { username: { claim: 'sub', prefix: '' } } };
const parse = (body: object) =>
  parseAuthenticationConfiguration(
    HEAD +
      JSON.stringify(body)
        .slice(1, -1)
        .replace(/^"(\w+)":/, '$1: '),
    ['https://own.example'],
  );
const fault = (jwt: object): string => {
  try {
    parse({ jwt: [{ ...GOOD, ...jwt }] });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

test('what is not said is empty', () => {
  expect(parse({ jwt: [GOOD] }).jwt[0]).toMatchObject({ claimValidationRules: [], userValidationRules: [], issuer: { discoveryURL: '' } });
  expect(parseAuthenticationConfiguration(HEAD, [])).toEqual({ jwt: [], anonymous: undefined });
});

test.each([
  { jwt: {}, said: '' },
  { jwt: { issuer: { audiences: ['us'] } }, said: 'jwt[0].issuer.url: Required value' },
  {
    jwt: { issuer: { ...GOOD.issuer, url: 'http://a.example' } },
    said: 'jwt[0].issuer.url: Invalid value: "http://a.example": URL scheme must be https',
  },
  {
    jwt: { issuer: { ...GOOD.issuer, url: 'https://own.example' } },
    said: 'jwt[0].issuer.url: Invalid value: "https://own.example": URL must not overlap with disallowed issuers: [https://own.example]',
  },
  {
    jwt: { issuer: { ...GOOD.issuer, url: 'https://x:y@a.example?q=1#f' } },
    said:
      '[jwt[0].issuer.url: Invalid value: "https://x:y@a.example?q=1#f": URL must not contain a username or password, ' +
      'jwt[0].issuer.url: Invalid value: "https://x:y@a.example?q=1#f": URL must not contain a query, ' +
      'jwt[0].issuer.url: Invalid value: "https://x:y@a.example?q=1#f": URL must not contain a fragment]',
  },
  {
    jwt: { issuer: { ...GOOD.issuer, discoveryURL: 'https://a.example/' } },
    said: 'jwt[0].issuer.discoveryURL: Invalid value: "https://a.example/": discoveryURL must be different from URL',
  },
  {
    jwt: { issuer: { url: 'https://a.example' } },
    said: 'jwt[0].issuer.audiences: Required value: at least one jwt[0].issuer.audiences is required',
  },
  {
    jwt: { issuer: { ...GOOD.issuer, audiences: ['a', 'b'] } },
    said: 'jwt[0].issuer.audienceMatchPolicy: Invalid value: "": audienceMatchPolicy must be MatchAny for multiple audiences',
  },
  {
    jwt: { issuer: { ...GOOD.issuer, certificateAuthority: 'nothing' } },
    said: 'jwt[0].issuer.certificateAuthority: Invalid value: "<omitted>": data does not contain any valid RSA or ECDSA certificates',
  },
  {
    jwt: { claimValidationRules: [{ claim: 'a', expression: 'true' }] },
    said: 'jwt[0].claimValidationRules[0]: Invalid value: "a": claim and expression can\'t both be set',
  },
  {
    jwt: { claimValidationRules: [{ expression: 'claims.exp' }] },
    said: 'jwt[0].claimValidationRules[0].expression: Invalid value: "claims.exp": must evaluate to bool',
  },
  { jwt: { claimMappings: {} }, said: 'jwt[0].claimMappings.username: Required value: claim or expression is required' },
  {
    jwt: { claimMappings: { username: { claim: 'sub' } } },
    said: 'jwt[0].claimMappings.username.prefix: Required value: prefix is required when claim is set. It can be set to an empty string to disable prefixing',
  },
  {
    jwt: { claimMappings: { username: { expression: 'claims.email' } } },
    said: 'jwt[0].claimMappings.username.expression: Invalid value: "claims.email": claims.email_verified must be used in',
  },
  {
    jwt: {
      claimMappings: { username: { expression: 'claims.email' } },
      claimValidationRules: [{ expression: 'claims.?email_verified.orValue(true) == true' }],
    },
    said: '',
  },
  {
    jwt: { claimMappings: { ...GOOD.claimMappings, extra: [{ key: 'k8s.io/Team', valueExpression: 'claims.team' }] } },
    said:
      '[jwt[0].claimMappings.extra[0].key: Invalid value: "k8s.io/Team": must be lowercase, ' +
      'jwt[0].claimMappings.extra[0].key: Invalid value: "k8s.io/Team": k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use]',
  },
  {
    jwt: { userValidationRules: [{ expression: 'user.nothing == ""' }] },
    said: 'jwt[0].userValidationRules[0].expression: Invalid value: "user.nothing == \\"\\"": compilation failed: ERROR: <input>:1:5: undefined field',
  },
  { jwt: { surprise: 1 }, said: 'strict decoding error: unknown field "jwt[0].surprise"' },
])('faults: $said', ({ jwt, said }) => {
  if (said === '') expect(fault(jwt)).toBe('');
  else expect(fault(jwt)).toContain(said);
});

test('an issuer stands there once; conditions are for those that are enabled', () => {
  expect(() => parse({ jwt: [GOOD, GOOD] })).toThrow('jwt[1].issuer.url: Duplicate value: "https://a.example"');
  expect(() => parseAuthenticationConfiguration(`${HEAD}anonymous: {enabled: false, conditions: [{path: /livez}]}`, [])).toThrow(
    'anonymous.conditions: Invalid value: [{"Path":"/livez"}]: enabled should be set to true when conditions are defined',
  );
});
