import { parseArgs } from 'node:util';

/** Flags of kube-controller-manager and kube-scheduler, as far as they mean something here. */
const FLAGS = {
  'allocate-node-cidrs': { type: 'string' },
  'cluster-cidr': { type: 'string' },
  'cluster-name': { type: 'string' },
  'cluster-signing-cert-file': { type: 'string' },
  'cluster-signing-duration': { type: 'string' },
  'cluster-signing-key-file': { type: 'string' },
  kubeconfig: { type: 'string' },
  'leader-elect': { type: 'string' },
  'leader-elect-lease-duration': { type: 'string' },
  'leader-elect-resource-namespace': { type: 'string' },
  'node-cidr-mask-size': { type: 'string' },
  'node-monitor-grace-period': { type: 'string' },
  'root-ca-file': { type: 'string' },
  /** Who the scheduler is where it shares a process; default who the process is. */
  'scheduler-kubeconfig': { type: 'string' },
  'secure-port': { type: 'string' },
  'service-account-private-key-file': { type: 'string' },
  'service-cluster-ip-range': { type: 'string' },
  'use-service-account-credentials': { type: 'string' },
} as const;

const BOOLEANS = new Set(['--allocate-node-cidrs', '--leader-elect', '--use-service-account-credentials']);

export type ControlFlags = ReturnType<typeof parseControlFlags>;

/** Throws a sentence about the first flag it cannot read. */
export function parseControlFlags(args: readonly string[]) {
  // Go's flags let a boolean stand alone.
  const complete = args.map((arg) => (BOOLEANS.has(arg) ? `${arg}=true` : arg));
  return parseArgs({ args: complete, options: FLAGS, strict: true, allowPositionals: false }).values;
}

/** `true` or `false`, as Go spells them. */
export function isTrue(text: string | undefined, fallback: boolean): boolean {
  return text === undefined ? fallback : ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text);
}

/** `40s`, `1m30s`: milliseconds. */
export function millisecondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) throw new Error(`invalid duration "${text}"`);
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (units[unit ?? ''] ?? 0), 0);
}
