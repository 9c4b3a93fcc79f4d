import type { CompiledExpression } from '../../../machinery/cel/compile.ts';
import type { UserInfo } from '../../request.ts';
import { CREDENTIAL_ID_EXTRA } from '../identities.ts';
import { checkRequired, groupsFrom, usernameFrom } from '../oidc/claims.ts';
import type { ClaimOrExpression, JwtAuthenticatorSpec } from './configuration.ts';
import { compileOfClaims, compileOfUser, evaluateWith, readyToEvaluate, textsIn } from './expressions.ts';

type Claims = Readonly<Record<string, unknown>>;

interface Condition {
  readonly expression: CompiledExpression;
  readonly message: string;
}

/** Makes users of verified claims, as one authenticator of the configuration says; throws why a token is not good enough. */
export function claimMapper({
  claimMappings,
  claimValidationRules,
  userValidationRules,
}: JwtAuthenticatorSpec): (claims: Claims) => UserInfo {
  const { username, groups, uid, extra } = claimMappings;
  const nameOf = usernameOf(username);
  const groupsOf = groupsIn(groups);
  const uidOf = uidIn(uid);
  const extras = extra.map(({ key, valueExpression }) => ({ key, value: readyToEvaluate(compileOfClaims(valueExpression, 'variable')) }));
  const wanted = Object.fromEntries(claimValidationRules.flatMap(({ claim, requiredValue }) => (claim ? [[claim, requiredValue]] : [])));
  const ofClaims = claimValidationRules
    .filter(({ expression }) => expression !== '')
    .map(({ expression, message }) => ({ expression: readyToEvaluate(compileOfClaims(expression, 'condition')), message }));
  const ofUser = userValidationRules.map(({ expression, message }) => ({
    expression: readyToEvaluate(compileOfUser(expression)),
    message,
  }));
  return (claims) => {
    const name = nameOf(claims);
    const user: UserInfo = { username: name, groups: groupsOf(claims) };
    const id = uidOf(claims);
    if (id !== undefined) user.uid = id;
    const more = extraOf(claims, extras);
    if (Object.keys(more).length > 0) user.extra = more;
    checkRequired(claims, wanted);
    checkAll(ofClaims, { claims }, 'oidc: error evaluating claim validation expression');
    if (ofUser.length > 0) {
      const shown = { username: name, uid: user.uid ?? '', groups: user.groups, extra: more };
      checkAll(ofUser, { user: shown }, 'oidc: error evaluating user info validation rule');
    }
    return user;
  };
}

function usernameOf({ claim, prefix = '', expression }: ClaimOrExpression): (claims: Claims) => string {
  if (claim) return (claims) => `${prefix}${usernameFrom(claims, claim)}`;
  const compiled = readyToEvaluate(compileOfClaims(expression, 'variable'));
  return (claims) => {
    const name = evaluated(compiled, claims, 'username');
    if (typeof name !== 'string')
      throw new Error('oidc: error evaluating username claim expression: username claim expression must return a string');
    if (name === '') throw new Error('oidc: empty username via CEL expression is not allowed');
    return name;
  };
}

function groupsIn({ claim, prefix = '', expression }: ClaimOrExpression): (claims: Claims) => string[] {
  if (claim) return (claims) => groupsFrom(claims, claim).map((group) => `${prefix}${group}`);
  if (!expression) return () => [];
  const compiled = readyToEvaluate(compileOfClaims(expression, 'variable'));
  return (claims) => {
    const groups = textsIn(evaluated(compiled, claims, 'group'));
    if (!groups) throw new Error('oidc: error evaluating group claim expression: expression must return a string or a list of strings');
    return groups;
  };
}

function uidIn({ claim, expression }: { claim: string; expression: string }): (claims: Claims) => string | undefined {
  if (claim) {
    return (claims) => {
      const uid = claims[claim];
      if (typeof uid !== 'string')
        throw new Error(`oidc: error unmarshalling uid claim: ${uid === undefined ? 'claim not present' : 'not a string'}`);
      return uid;
    };
  }
  if (!expression) return () => undefined;
  const compiled = readyToEvaluate(compileOfClaims(expression, 'variable'));
  return (claims) => {
    const uid = evaluated(compiled, claims, 'uid');
    if (typeof uid !== 'string') throw new Error('oidc: error evaluating uid claim expression: uid claim expression must return a string');
    return uid;
  };
}

function extraOf(claims: Claims, extras: readonly { key: string; value: CompiledExpression }[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  // A token's own name is always told.
  if (typeof claims.jti === 'string' && claims.jti) found[CREDENTIAL_ID_EXTRA] = [`JTI=${claims.jti}`];
  for (const { key, value } of extras) {
    const texts = textsIn(evaluated(value, claims, 'extra'));
    if (!texts) throw new Error('oidc: error evaluating extra claim expression: expression must return a string or a list of strings');
    if (texts.length > 0) found[key] = texts;
  }
  return found;
}

function evaluated(expression: CompiledExpression, claims: Claims, what: string) {
  try {
    return evaluateWith(expression, { claims });
  } catch (error) {
    throw new Error(`oidc: error evaluating ${what} claim expression: ${(error as Error).message}`);
  }
}

function checkAll(conditions: readonly Condition[], bindings: Readonly<Record<string, unknown>>, doing: string): void {
  for (const { expression, message } of conditions) {
    let met: unknown;
    try {
      met = evaluateWith(expression, bindings);
    } catch (error) {
      throw new Error(`${doing}: ${(error as Error).message}`);
    }
    if (met !== true) throw new Error(`${doing}: validation expression '${expression.source}' failed: ${message}`);
  }
}
