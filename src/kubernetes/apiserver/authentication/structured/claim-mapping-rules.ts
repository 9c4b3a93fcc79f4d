import { ExpressionFault } from '../../../api/admissionregistration/expressions/compile.ts';
import type { FieldError } from '../../../machinery/field-error.ts';
import { complaints, duplicate, invalidValue, required } from '../../../machinery/validation/faults.ts';
import { isDns1123Subdomain } from '../../../machinery/validation/names.ts';
import type { ClaimOrExpression, JwtAuthenticatorSpec } from './configuration.ts';
import { compileOfClaims, usesClaim } from './expressions.ts';
import type { Expressions } from './rule-expressions.ts';

type Mappings = JwtAuthenticatorSpec['claimMappings'];

const NOT_BOTH = "claim and expression can't both be set";
const UNVERIFIED =
  'claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or ' +
  'claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression';

/** What is wrong with the way claims become a user. */
export function* mappingFaults({ username, groups, uid, extra }: Mappings, path: string, expressions: Expressions): Iterable<FieldError> {
  if (!username.claim && !username.expression) yield required(`${path}.username`, 'claim or expression is required');
  yield* sourceFaults(username, `${path}.username`, expressions);
  // Groups have no say in whether an address is verified.
  const before = expressions.asksVerified;
  yield* sourceFaults(groups, `${path}.groups`, expressions);
  if (uid.claim && uid.expression) yield invalidValue(`${path}.uid`, '', NOT_BOTH);
  else if (uid.expression) yield* expressions.ofClaims(uid.expression, `${path}.uid.expression`, 'variable');
  expressions.asksVerified = before;
  yield* extraFaults(extra, `${path}.extra`, expressions);
  if (asksForEmail(username.expression) && !expressions.asksVerified) {
    yield invalidValue(`${path}.username.expression`, username.expression, UNVERIFIED);
  }
}

function* sourceFaults({ claim, prefix, expression }: ClaimOrExpression, path: string, expressions: Expressions): Iterable<FieldError> {
  if (claim && expression) yield invalidValue(path, '', NOT_BOTH);
  else if (expression) {
    if (prefix !== undefined) yield invalidValue(`${path}.prefix`, prefix, 'may not be specified when expression is set');
    yield* expressions.ofClaims(expression, `${path}.expression`, 'variable');
  } else if (claim && prefix === undefined) {
    yield required(`${path}.prefix`, 'prefix is required when claim is set. It can be set to an empty string to disable prefixing');
  }
}

function* extraFaults(extra: Mappings['extra'], list: string, expressions: Expressions): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const [index, { key, valueExpression }] of extra.entries()) {
    const path = `${list}[${index}]`;
    yield* domainPathFaults(key, `${path}.key`);
    if (key !== key.toLowerCase()) yield invalidValue(`${path}.key`, key, 'must be lowercase');
    if (isReserved(key))
      yield invalidValue(`${path}.key`, key, 'k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use');
    if (seen.has(key)) yield duplicate(`${path}.key`, key);
    else if (valueExpression === '') yield required(`${path}.valueExpression`);
    else yield* expressions.ofClaims(valueExpression, `${path}.valueExpression`, 'variable');
    seen.add(key);
  }
}

/** `example.org/foo`. */
function* domainPathFaults(key: string, path: string): Iterable<FieldError> {
  if (key === '') {
    yield required(path);
    return;
  }
  const slash = key.indexOf('/');
  if (slash < 1 || slash === key.length - 1) {
    yield invalidValue(path, key, 'must be a domain-prefixed path (such as "acme.io/foo")');
    return;
  }
  yield* complaints(path, key.slice(0, slash), isDns1123Subdomain(key.slice(0, slash)));
  const rest = key.slice(slash + 1);
  if (!/^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(rest)) {
    const form = "a valid path must match the regex '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+'";
    yield invalidValue(path, rest, `Invalid path (${form})`);
  }
}

function isReserved(key: string): boolean {
  const domain = key.includes('/') ? key.slice(0, key.indexOf('/')) : '';
  return ['kubernetes.io', 'k8s.io'].some((reserved) => domain === reserved || domain.endsWith(`.${reserved}`));
}

function asksForEmail(source: string): boolean {
  const compiled = source ? compileOfClaims(source, 'variable') : undefined;
  return compiled !== undefined && !(compiled instanceof ExpressionFault) && usesClaim(compiled, 'email');
}
