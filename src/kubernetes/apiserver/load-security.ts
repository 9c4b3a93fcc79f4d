import { readFile } from 'node:fs/promises';
import { auditConfig } from './audit/audit-config.ts';
import { oidcConfig } from './authentication/oidc/oidc-config.ts';
import type { SecurityConfig } from './config.ts';
import { parseEncryptionConfig } from './encryption/encryption-config.ts';
import { type Flags, numberOf, secondsOf } from './flags.ts';
import { authenticationFile, authorizationFile } from './load-access.ts';
import { parseTracingConfig } from './tracing/tracing-config.ts';
import { loadWebhookTarget } from './webhooks/webhook-target.ts';

const REVIEW_VERSIONS = ['v1', 'v1beta1'];

/** The part of the configuration that is off unless a flag asks for it. */
export async function securityConfig(flags: Flags, ownIssuers: readonly string[] = []): Promise<SecurityConfig> {
  const authentication = await authenticationFile(flags, ownIssuers);
  const oidc = oidcConfig(flags, flags['oidc-ca-file'] ? await readFile(flags['oidc-ca-file'], 'utf8') : undefined);
  const authorization = await authorizationFile(flags);
  const tokenFile = flags['authentication-token-webhook-config-file'];
  const accessFile = flags['authorization-webhook-config-file'];
  const audit = await auditConfig(flags);
  const encryptionFile = flags['encryption-provider-config'];
  const tracingFile = flags['tracing-config-file'];
  return {
    ...(flags['enable-priority-and-fairness'] === 'false' ? {} : { maxRequestsInFlight: requestsInFlight(flags) }),
    ...(encryptionFile ? { encryption: parseEncryptionConfig(await readFile(encryptionFile, 'utf8')) } : {}),
    ...(audit ? { audit } : {}),
    ...(tracingFile ? { tracing: parseTracingConfig(await readFile(tracingFile, 'utf8')) } : {}),
    ...(oidc ? { oidc } : {}),
    ...(authentication ? { authentication } : {}),
    ...(authorization ? { authorization } : {}),
    ...(tokenFile ? { tokenWebhook: await tokenWebhook(flags, tokenFile) } : {}),
    ...(accessFile ? { authorizationWebhook: await authorizationWebhook(flags, accessFile) } : {}),
  };
}

/** Reads and writes share what both flags allow. */
function requestsInFlight(flags: Flags): number {
  const reads = numberOf('max-requests-inflight', flags['max-requests-inflight'], 400, [0, 1_000_000]);
  const writes = numberOf('max-mutating-requests-inflight', flags['max-mutating-requests-inflight'], 200, [0, 1_000_000]);
  if (reads + writes === 0) throw new Error('--max-requests-inflight and --max-mutating-requests-inflight must not both be 0');
  return reads + writes;
}

async function tokenWebhook(flags: Flags, file: string): Promise<SecurityConfig['tokenWebhook']> {
  return {
    target: await loadWebhookTarget(file),
    version: versionOf(flags, 'authentication-token-webhook-version'),
    cacheSeconds: secondsOf(flags['authentication-token-webhook-cache-ttl'], 120),
  };
}

async function authorizationWebhook(flags: Flags, file: string): Promise<SecurityConfig['authorizationWebhook']> {
  return {
    target: await loadWebhookTarget(file),
    version: versionOf(flags, 'authorization-webhook-version'),
    authorizedSeconds: secondsOf(flags['authorization-webhook-cache-authorized-ttl'], 300),
    unauthorizedSeconds: secondsOf(flags['authorization-webhook-cache-unauthorized-ttl'], 30),
  };
}

function versionOf(flags: Flags, name: 'authentication-token-webhook-version' | 'authorization-webhook-version'): string {
  const version = flags[name] ?? 'v1beta1';
  if (!REVIEW_VERSIONS.includes(version)) throw new Error(`--${name} must be one of ${REVIEW_VERSIONS.join(', ')}, not "${version}"`);
  return version;
}
