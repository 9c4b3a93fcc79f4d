import { expect, test } from 'vitest';
import { type AuthorizationAttributes, allow, type Decision, noOpinion } from './authorizer.ts';
import { unionAuthorizer } from './union.ts';

const deny: Decision = { decision: 'deny', reason: 'never' };
const broken: Decision = { decision: 'noOpinion', error: 'unreachable' };

test.each([
  { name: 'the first opinion counts', answers: [noOpinion('a'), deny, allow()], expected: deny },
  { name: 'reasons are collected', answers: [noOpinion('a'), noOpinion(), noOpinion('b')], expected: noOpinion('a\nb') },
  { name: 'an error does not keep others from allowing', answers: [broken, allow('yes')], expected: allow('yes') },
  {
    name: 'an error stays where nobody has an opinion',
    answers: [broken, noOpinion('a')],
    expected: { ...noOpinion('a'), error: 'unreachable' },
  },
])('$name, answered at once or later', async ({ answers, expected }) => {
  const attributes = {} as AuthorizationAttributes;
  const now = answers.map((answer) => ({ name: 'now', authorize: () => answer }));
  const later = answers.map((answer) => ({ name: 'later', authorize: async () => answer }));
  expect(unionAuthorizer(now).authorize(attributes)).toEqual(expected);
  expect(await unionAuthorizer(later).authorize(attributes)).toEqual(expected);
});
