import type { UserInfo } from '../request.ts';
import { type AuthorizationAttributes, type Authorizer, type Decision, type KnownRules, noOpinion } from './authorizer.ts';

/** What authorizers without an opinion said. */
interface Heard {
  readonly reasons: readonly string[];
  readonly errors: readonly string[];
}

const NOTHING_HEARD: Heard = { reasons: [], errors: [] };

/** Asks authorizers in order; the first that has an opinion decides. Without one, the answer is all their reasons. */
export function unionAuthorizer(authorizers: readonly Authorizer[]): Required<Authorizer> {
  return {
    name: 'union',
    authorize: (attributes) => askFrom(authorizers, 0, attributes, NOTHING_HEARD),
    rulesFor: (user, namespace) => joinRules(authorizers, user, namespace),
  };
}

function askFrom(
  authorizers: readonly Authorizer[],
  from: number,
  attributes: AuthorizationAttributes,
  heard: Heard,
): Decision | Promise<Decision> {
  let so = heard;
  for (let index = from; index < authorizers.length; index++) {
    const answer = authorizers[index]?.authorize(attributes) ?? noOpinion();
    if (answer instanceof Promise) return askLater(answer, authorizers, index, attributes, so);
    if (answer.decision !== 'noOpinion') return answer;
    so = alsoHeard(so, answer);
  }
  const undecided = noOpinion(so.reasons.join('\n'));
  return so.errors.length > 0 ? { ...undecided, error: joinFaults(so.errors) } : undecided;
}

function alsoHeard(heard: Heard, { reason, error }: Decision): Heard {
  if (!reason && !error) return heard;
  return { reasons: reason ? [...heard.reasons, reason] : heard.reasons, errors: error ? [...heard.errors, error] : heard.errors };
}

function joinFaults(faults: readonly string[]): string {
  return faults.length === 1 ? (faults[0] as string) : `[${faults.join(', ')}]`;
}

async function askLater(
  pending: Promise<Decision>,
  authorizers: readonly Authorizer[],
  index: number,
  attributes: AuthorizationAttributes,
  heard: Heard,
): Promise<Decision> {
  const answer = await pending;
  if (answer.decision !== 'noOpinion') return answer;
  return askFrom(authorizers, index + 1, attributes, alsoHeard(heard, answer));
}

function joinRules(authorizers: readonly Authorizer[], user: UserInfo, namespace: string): KnownRules {
  const found = authorizers.flatMap((authorizer) => authorizer.rulesFor?.(user, namespace) ?? []);
  const faults = found.flatMap((rules) => rules.evaluationError ?? []);
  return {
    resourceRules: found.flatMap((rules) => rules.resourceRules),
    nonResourceRules: found.flatMap((rules) => rules.nonResourceRules),
    incomplete: found.some((rules) => rules.incomplete),
    ...(faults.length > 0 ? { evaluationError: joinFaults(faults) } : {}),
  };
}
