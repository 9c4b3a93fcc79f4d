import { readFile } from 'node:fs/promises';
import { type Flags, numberOf, secondsOf } from '../flags.ts';
import { loadWebhookTarget } from '../webhooks/webhook-target.ts';
import type { AuditLogConfig } from './audit-log.ts';
import type { AuditWebhookConfig } from './audit-webhook.ts';
import type { AuditConfig } from './auditor.ts';
import { parsePolicy } from './policy.ts';

const MEGABYTE = 1024 * 1024;
const COUNT = [0, 1_000_000] as const;

/** Undefined where no policy says what to write down, or nothing says where to. */
export async function auditConfig(flags: Flags): Promise<AuditConfig | undefined> {
  const path = flags['audit-log-path'];
  const webhookFile = flags['audit-webhook-config-file'];
  if (!flags['audit-policy-file'] || (!path && !webhookFile)) return undefined;
  const format = flags['audit-log-format'] ?? 'json';
  if (format !== 'json') throw new Error(`--audit-log-format must be json, not "${format}"`);
  return {
    policy: parsePolicy(await readFile(flags['audit-policy-file'], 'utf8')),
    ...(path ? { log: logConfig(flags, path) } : {}),
    ...(webhookFile ? { webhook: await webhookConfig(flags, webhookFile) } : {}),
  };
}

function logConfig(flags: Flags, path: string): AuditLogConfig {
  return {
    path,
    // None given, as upstream: a hundred megabytes.
    maxBytes: (numberOf('audit-log-maxsize', flags['audit-log-maxsize'], 0, COUNT) || 100) * MEGABYTE,
    maxBackups: numberOf('audit-log-maxbackup', flags['audit-log-maxbackup'], 0, COUNT),
    maxAgeDays: numberOf('audit-log-maxage', flags['audit-log-maxage'], 0, COUNT),
  };
}

async function webhookConfig(flags: Flags, file: string): Promise<AuditWebhookConfig> {
  return {
    target: await loadWebhookTarget(file),
    bufferSize: numberOf('audit-webhook-batch-buffer-size', flags['audit-webhook-batch-buffer-size'], 10_000, COUNT),
    maxBatchSize: numberOf('audit-webhook-batch-max-size', flags['audit-webhook-batch-max-size'], 400, COUNT),
    maxWaitMs: secondsOf(flags['audit-webhook-batch-max-wait'], 30) * 1000,
  };
}
