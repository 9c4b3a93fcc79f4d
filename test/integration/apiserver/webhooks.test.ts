import { afterEach, expect, test } from 'vitest';
import { startApiServer } from '../../support/api-server.ts';
import { type HttpsResponder, startHttpsResponder } from '../../support/https-responder.ts';

const REVIEW = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

const owned: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of owned.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

function own<T extends AsyncDisposable>(resource: T): T {
  owned.push(resource);
  return resource;
}

const targetOf = ({ url, ca }: HttpsResponder) => ({ url: `${url}/review`, ca, token: 'ours' });

test('a token webhook says whose a token is, and is asked once', async () => {
  const webhook = own(
    await startHttpsResponder(({ body }) => ({
      status: body.spec.token === 'good' ? { authenticated: true, user: { username: 'ann', groups: ['dev'] } } : { authenticated: false },
    })),
  );
  const server = own(await startApiServer({ config: { tokenWebhook: { target: targetOf(webhook), version: 'v1', cacheSeconds: 120 } } }));
  const ask = (token: string) => server.call('POST', REVIEW, { body: {}, token });
  for (let round = 0; round < 2; round++) {
    expect((await ask('good')).body.status.userInfo).toMatchObject({ username: 'ann', groups: ['dev', 'system:authenticated'] });
    expect((await ask('bad')).code).toBe(401);
  }
  expect(webhook.questions.map(({ body }) => body.spec.token)).toEqual(['good', 'bad']);
  expect(webhook.questions[0]).toMatchObject({
    path: '/review',
    headers: { authorization: 'Bearer ours' },
    body: { kind: 'TokenReview', apiVersion: 'authentication.k8s.io/v1', spec: { audiences: ['https://kubernetes.default.svc'] } },
  });
});

test('an authorization webhook is asked where RBAC has no opinion', async () => {
  const webhook = own(
    await startHttpsResponder(({ body }) => {
      const { resourceAttributes: about } = body.spec;
      if (about?.resource === 'secrets') return { status: { allowed: false, denied: true, reason: 'never' } };
      return { status: { allowed: about?.resource === 'configmaps' } };
    }),
  );
  const server = own(
    await startApiServer({
      config: {
        authorizationModes: ['RBAC', 'Webhook', 'AlwaysAllow'],
        authorizationWebhook: { target: targetOf(webhook), version: 'v1', authorizedSeconds: 300, unauthorizedSeconds: 30 },
        staticTokens: new Map([
          ['test-admin', { username: 'admin', groups: ['system:masters'] }],
          ['ann', { username: 'ann', groups: ['dev'] }],
        ]),
      },
    }),
  );
  const get = (resource: string) => server.call('GET', `/api/v1/namespaces/default/${resource}?labelSelector=app%3Dx`, { token: 'ann' });
  expect((await get('configmaps')).code).toBe(200);
  expect((await get('configmaps')).code).toBe(200);
  expect((await get('secrets')).body.message).toMatch(/is forbidden: .* in the namespace "default": never$/);
  expect((await get('pods')).code).toBe(200);
  expect(webhook.questions.map(({ body }) => body.spec.resourceAttributes.resource)).toEqual(['configmaps', 'secrets', 'pods']);
  expect(webhook.questions[0]?.body.spec).toEqual({
    resourceAttributes: {
      namespace: 'default',
      verb: 'list',
      version: 'v1',
      resource: 'configmaps',
      labelSelector: { requirements: [{ key: 'app', operator: 'In', values: ['x'] }] },
    },
    user: 'ann',
    groups: ['dev', 'system:authenticated'],
  });
});

test('a webhook that refuses to answer is no permission', async () => {
  const webhook = own(await startHttpsResponder(() => 400));
  const server = own(
    await startApiServer({
      config: {
        authorizationModes: ['Webhook'],
        authorizationWebhook: { target: targetOf(webhook), version: 'v1', authorizedSeconds: 300, unauthorizedSeconds: 30 },
        staticTokens: new Map([['ann', { username: 'ann', groups: [] }]]),
      },
    }),
  );
  const answer = await server.call('GET', '/api/v1/pods', { token: 'ann' });
  expect(answer.code).toBe(500);
  expect(answer.body.message).toBe('Internal Server Error: "/api/v1/pods": the webhook answered with 400: ');
});
