import { parseArgs } from 'node:util';
import { SECURITY_FLAGS } from './security-flags.ts';

/** kube-apiserver's flags, as far as they mean something here. */
const FLAGS = {
  'advertise-address': { type: 'string' },
  'anonymous-auth': { type: 'string' },
  'api-audiences': { type: 'string', multiple: true },
  'authorization-mode': { type: 'string', multiple: true },
  'bind-address': { type: 'string' },
  'client-ca-file': { type: 'string' },
  'data-dir': { type: 'string' },
  'disable-admission-plugins': { type: 'string', multiple: true },
  'enable-admission-plugins': { type: 'string', multiple: true },
  'etcd-cafile': { type: 'string' },
  'etcd-certfile': { type: 'string' },
  'etcd-keyfile': { type: 'string' },
  'etcd-prefix': { type: 'string' },
  'etcd-servers': { type: 'string', multiple: true },
  'event-ttl': { type: 'string' },
  'kubelet-certificate-authority': { type: 'string' },
  'kubelet-client-certificate': { type: 'string' },
  'kubelet-client-key': { type: 'string' },
  'min-request-timeout': { type: 'string' },
  'openapi-descriptions': { type: 'string' },
  port: { type: 'string' },
  'proxy-client-cert-file': { type: 'string' },
  'proxy-client-key-file': { type: 'string' },
  'request-timeout': { type: 'string' },
  'requestheader-allowed-names': { type: 'string', multiple: true },
  'requestheader-client-ca-file': { type: 'string' },
  'requestheader-extra-headers-prefix': { type: 'string', multiple: true },
  'requestheader-group-headers': { type: 'string', multiple: true },
  'requestheader-username-headers': { type: 'string', multiple: true },
  'secure-port': { type: 'string' },
  'service-account-issuer': { type: 'string' },
  'service-account-jwks-uri': { type: 'string' },
  'service-account-key-file': { type: 'string', multiple: true },
  'service-account-signing-key-file': { type: 'string' },
  'service-cluster-ip-range': { type: 'string' },
  'service-node-port-range': { type: 'string' },
  'tls-cert-file': { type: 'string' },
  'tls-private-key-file': { type: 'string' },
  'token-auth-file': { type: 'string' },
  v: { type: 'string' },
  ...SECURITY_FLAGS,
} as const;

export type Flags = ReturnType<typeof parseFlags>;

/** Throws a sentence about the first flag it cannot read. */
export function parseFlags(args: readonly string[]) {
  const { values } = parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: false });
  return values;
}

/** Flags that take lists may be repeated, hold commas, or both. */
export function listOf(values: readonly string[] | undefined): string[] {
  return (values ?? []).flatMap((value) => value.split(',')).filter((value) => value !== '');
}

/** `1h`, `90s`, `1m30s`: seconds. */
export function secondsOf(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  if (parts.map(([whole]) => whole).join('') !== text) throw new Error(`invalid duration "${text}"`);
  const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit as string] as number), 0);
}

/** A whole number between two bounds. */
export function numberOf(name: string, text: string | undefined, fallback: number, [from, to]: readonly [number, number]): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < from || value > to)
    throw new Error(`--${name} must be a whole number from ${from} to ${to}, not "${text}"`);
  return value;
}
