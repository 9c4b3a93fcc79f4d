import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseFlags } from './flags.ts';
import { securityConfig } from './load-security.ts';

const load = (...args: string[]) => securityConfig(parseFlags(['--enable-priority-and-fairness=false', ...args]));
const ISSUER = ['--oidc-issuer-url=https://issuer.example', '--oidc-client-id=slipway'];

async function fileWith(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'security-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'config.yaml');
  await writeFile(file, text);
  return file;
}

test('without flags everything is off', async () => {
  expect(await load()).toEqual({});
});

test.each([
  { name: "the issuer's by default", args: [], prefix: 'https://issuer.example#' },
  { name: 'none for e-mail addresses', args: ['--oidc-username-claim=email'], prefix: '' },
  { name: 'none when asked', args: ['--oidc-username-prefix=-'], prefix: '' },
  { name: 'as given', args: ['--oidc-username-prefix=corp:'], prefix: 'corp:' },
])('prefix of user names: $name', async ({ args, prefix }) => {
  expect((await load(...ISSUER, ...args)).oidc?.usernamePrefix).toBe(prefix);
});

test.each([
  {
    args: ['--oidc-client-id=slipway'],
    fault: 'oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set',
  },
  {
    args: ['--oidc-groups-claim=roles'],
    fault: 'oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set',
  },
  { args: [...ISSUER, '--oidc-signing-algs=none'], fault: '--oidc-signing-algs: "none" is not one of RS256' },
  { args: [...ISSUER, '--oidc-required-claim=tenant'], fault: '--oidc-required-claim must look like key=value, not "tenant"' },
  { args: ['--oidc-issuer-url=http://a', '--oidc-client-id=b'], fault: '--oidc-issuer-url must be an https URL, not "http://a"' },
])('$fault', async ({ args, fault }) => {
  await expect(load(...args)).rejects.toThrow(fault);
});

test('a webhook is described by a kubeconfig', async () => {
  const file = await fileWith(`
current-context: webhook
contexts: [{name: webhook, context: {cluster: judge, user: us}}]
clusters: [{name: judge, cluster: {server: 'https://judge.example/review', certificate-authority-data: ${btoa('CA')}}}]
users: [{name: us, user: {token: secret}}]
`);
  expect(await load(`--authorization-webhook-config-file=${file}`, '--authorization-webhook-cache-authorized-ttl=1m')).toEqual({
    authorizationWebhook: {
      target: { url: 'https://judge.example/review', ca: 'CA', token: 'secret' },
      version: 'v1beta1',
      authorizedSeconds: 60,
      unauthorizedSeconds: 30,
    },
  });
});

test('a faulty file is named', async () => {
  const file = await fileWith('current-context: nowhere\ncontexts: []\nclusters: []');
  await expect(load(`--authentication-token-webhook-config-file=${file}`)).rejects.toThrow(`reading the webhook configuration ${file}`);
});
