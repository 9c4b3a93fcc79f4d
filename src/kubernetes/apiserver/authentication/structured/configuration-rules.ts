import type { FieldError } from '../../../machinery/field-error.ts';
import { duplicate, invalidValue, required, tooMany } from '../../../machinery/validation/faults.ts';
import { parseCertificates } from '../certificates.ts';
import { mappingFaults } from './claim-mapping-rules.ts';
import type { AuthenticationConfiguration, JwtAuthenticatorSpec } from './configuration.ts';
import { Expressions } from './rule-expressions.ts';

const MOST_ISSUERS = 64;

/** Everything that is wrong with a configuration. */
export function* configurationFaults({ jwt, anonymous }: AuthenticationConfiguration, disallowed: readonly string[]): Iterable<FieldError> {
  if (jwt.length > MOST_ISSUERS) {
    yield tooMany('jwt', jwt.length, MOST_ISSUERS);
    return;
  }
  const seen = { issuers: new Set<string>(), discoveryUrls: new Set<string>() };
  for (const [index, authenticator] of jwt.entries()) {
    const path = `jwt[${index}]`;
    const { url, discoveryURL } = authenticator.issuer;
    yield* authenticatorFaults(authenticator, path, disallowed);
    if (seen.issuers.has(url)) yield duplicate(`${path}.issuer.url`, url);
    if (discoveryURL && seen.discoveryUrls.has(discoveryURL)) yield duplicate(`${path}.issuer.discoveryURL`, discoveryURL);
    seen.issuers.add(url);
    seen.discoveryUrls.add(discoveryURL);
  }
  if (anonymous && !anonymous.enabled && anonymous.conditions.length > 0) {
    const shown = anonymous.conditions.map(({ path }) => ({ Path: path }));
    yield invalidValue('anonymous.conditions', shown, 'enabled should be set to true when conditions are defined');
  }
}

function* authenticatorFaults(authenticator: JwtAuthenticatorSpec, path: string, disallowed: readonly string[]): Iterable<FieldError> {
  const { issuer, claimValidationRules, claimMappings, userValidationRules } = authenticator;
  yield* issuerFaults(issuer, `${path}.issuer`, disallowed);
  const expressions = new Expressions();
  yield* claimRuleFaults(claimValidationRules, `${path}.claimValidationRules`, expressions);
  yield* mappingFaults(claimMappings, `${path}.claimMappings`, expressions);
  yield* userRuleFaults(userValidationRules, `${path}.userValidationRules`, expressions);
}

function* issuerFaults(issuer: JwtAuthenticatorSpec['issuer'], path: string, disallowed: readonly string[]): Iterable<FieldError> {
  const { url, discoveryURL, certificateAuthority, egressSelectorType } = issuer;
  if (url === '') yield required(`${path}.url`);
  else yield* urlFaults(url, `${path}.url`, disallowed);
  if (discoveryURL !== '') {
    if (url !== '' && withoutSlashes(url) === withoutSlashes(discoveryURL)) {
      yield invalidValue(`${path}.discoveryURL`, discoveryURL, 'discoveryURL must be different from URL');
    }
    yield* urlFaults(discoveryURL, `${path}.discoveryURL`, []);
  }
  yield* audienceFaults(issuer, path);
  if (certificateAuthority !== '' && !isCertificates(certificateAuthority)) {
    yield invalidValue(`${path}.certificateAuthority`, '<omitted>', 'data does not contain any valid RSA or ECDSA certificates');
  }
  if (egressSelectorType !== '' && !['controlplane', 'cluster'].includes(egressSelectorType)) {
    yield invalidValue(`${path}.egressSelectorType`, egressSelectorType, 'egress selector must be either controlplane or cluster');
  }
}

function* urlFaults(text: string, path: string, disallowed: readonly string[]): Iterable<FieldError> {
  if (disallowed.includes(text)) {
    yield invalidValue(path, text, `URL must not overlap with disallowed issuers: [${[...disallowed].sort().join(' ')}]`);
  }
  const url = URL.parse(text);
  if (!url) {
    // Go reads what has no scheme as a path.
    yield invalidValue(path, text, 'URL scheme must be https');
    return;
  }
  if (url.protocol !== 'https:') yield invalidValue(path, text, 'URL scheme must be https');
  if (url.username || url.password) yield invalidValue(path, text, 'URL must not contain a username or password');
  if (url.search) yield invalidValue(path, text, 'URL must not contain a query');
  if (url.hash) yield invalidValue(path, text, 'URL must not contain a fragment');
}

function* audienceFaults({ audiences, audienceMatchPolicy }: JwtAuthenticatorSpec['issuer'], path: string): Iterable<FieldError> {
  if (audiences.length === 0) {
    yield required(`${path}.audiences`, `at least one ${path}.audiences is required`);
    return;
  }
  for (const [index, audience] of audiences.entries()) {
    if (audience === '') yield required(`${path}.audiences[${index}]`);
    if (audiences.indexOf(audience) < index) yield duplicate(`${path}.audiences[${index}]`, audience);
  }
  const policy = `${path}.audienceMatchPolicy`;
  if (audiences.length > 1 && audienceMatchPolicy !== 'MatchAny') {
    yield invalidValue(policy, audienceMatchPolicy, 'audienceMatchPolicy must be MatchAny for multiple audiences');
  }
  if (audiences.length === 1 && audienceMatchPolicy !== '' && audienceMatchPolicy !== 'MatchAny') {
    yield invalidValue(policy, audienceMatchPolicy, 'audienceMatchPolicy must be empty or MatchAny for single audience');
  }
}

function* claimRuleFaults(
  rules: JwtAuthenticatorSpec['claimValidationRules'],
  list: string,
  expressions: Expressions,
): Iterable<FieldError> {
  const claims = new Set<string>();
  const seen = new Set<string>();
  for (const [index, { claim, requiredValue, expression, message }] of rules.entries()) {
    const path = `${list}[${index}]`;
    if (claim && expression) yield invalidValue(path, claim, "claim and expression can't both be set");
    else if (claim) {
      if (message) yield invalidValue(`${path}.message`, message, 'may not be specified when claim is set');
      if (claims.has(claim)) yield duplicate(`${path}.claim`, claim);
      claims.add(claim);
    } else if (expression) {
      if (requiredValue) yield invalidValue(`${path}.requiredValue`, requiredValue, 'may not be specified when expression is set');
      if (seen.has(expression)) yield duplicate(`${path}.expression`, expression);
      else yield* expressions.ofClaims(expression, `${path}.expression`, 'condition');
      seen.add(expression);
    } else yield required(path, 'claim or expression is required');
  }
}

function* userRuleFaults(rules: JwtAuthenticatorSpec['userValidationRules'], list: string, expressions: Expressions): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const [index, { expression }] of rules.entries()) {
    const path = `${list}[${index}].expression`;
    if (expression === '') yield required(path);
    else if (seen.has(expression)) yield duplicate(path, expression);
    else yield* expressions.ofUser(expression, path);
    seen.add(expression);
  }
}

function withoutSlashes(url: string): string {
  return url.replace(/\/+$/, '');
}

function isCertificates(pem: string): boolean {
  try {
    return parseCertificates(pem).length > 0;
  } catch {
    return false;
  }
}
