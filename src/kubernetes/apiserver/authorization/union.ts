import type { UserInfo } from '../request.ts';
import { type AuthorizationAttributes, type Authorizer, type Decision, type KnownRules, noOpinion } from './authorizer.ts';

/** Asks authorizers in order; the first that has an opinion decides. Without one, the answer is all their reasons. */
export function unionAuthorizer(authorizers: readonly Authorizer[]): Required<Authorizer> {
  return {
    name: 'union',
    authorize: (attributes) => askFrom(authorizers, 0, attributes, []),
    rulesFor: (user, namespace) => joinRules(authorizers, user, namespace),
  };
}

function askFrom(
  authorizers: readonly Authorizer[],
  from: number,
  attributes: AuthorizationAttributes,
  reasons: string[],
): Decision | Promise<Decision> {
  for (let index = from; index < authorizers.length; index++) {
    const answer = authorizers[index]?.authorize(attributes) ?? noOpinion();
    if (answer instanceof Promise) return askLater(answer, authorizers, index, attributes, reasons);
    if (answer.decision !== 'noOpinion') return answer;
    if (answer.reason) reasons.push(answer.reason);
  }
  return noOpinion(reasons.join('\n'));
}

async function askLater(
  pending: Promise<Decision>,
  authorizers: readonly Authorizer[],
  index: number,
  attributes: AuthorizationAttributes,
  reasons: string[],
): Promise<Decision> {
  const answer = await pending;
  if (answer.decision !== 'noOpinion') return answer;
  return askFrom(authorizers, index + 1, attributes, answer.reason ? [...reasons, answer.reason] : reasons);
}

function joinRules(authorizers: readonly Authorizer[], user: UserInfo, namespace: string): KnownRules {
  const found = authorizers.flatMap((authorizer) => authorizer.rulesFor?.(user, namespace) ?? []);
  const faults = found.flatMap((rules) => rules.evaluationError ?? []);
  return {
    resourceRules: found.flatMap((rules) => rules.resourceRules),
    nonResourceRules: found.flatMap((rules) => rules.nonResourceRules),
    incomplete: found.some((rules) => rules.incomplete),
    ...(faults.length > 0 ? { evaluationError: faults.length === 1 ? faults[0] : `[${faults.join(', ')}]` } : {}),
  };
}
