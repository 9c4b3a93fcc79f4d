import type { Registry } from 'prom-client';
import { TallyCounter } from '../metrics/tally-counter.ts';
import type { Authorizer, Decision } from './authorizer.ts';

/** An authorizer whose decisions are counted by its type and name. */
export type Counted = (authorizer: Authorizer, type: string, name: string) => Authorizer;

/** `apiserver_authorization_decisions_total`. Who has no opinion has not decided. */
export function decisionCounts(registry: Registry): Counted {
  const counter = new TallyCounter({
    name: 'apiserver_authorization_decisions_total',
    help: 'Decisions of authorizers.',
    labelNames: ['type', 'name', 'decision'],
    registers: [registry],
  });
  return (authorizer, type, name) => {
    const allowed = counter.of({ type, name, decision: 'allowed' });
    const denied = counter.of({ type, name, decision: 'denied' });
    const count = (answer: Decision): Decision => {
      if (answer.decision === 'allow') allowed.inc();
      else if (answer.decision === 'deny') denied.inc();
      return answer;
    };
    return {
      name: authorizer.name,
      authorize(attributes) {
        const answer = authorizer.authorize(attributes);
        return answer instanceof Promise ? answer.then(count) : count(answer);
      },
      ...(authorizer.rulesFor ? { rulesFor: (user, namespace) => authorizer.rulesFor?.(user, namespace) as never } : {}),
    };
  };
}
