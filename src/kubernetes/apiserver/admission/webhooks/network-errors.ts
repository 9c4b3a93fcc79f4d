import { describeError } from '../../../../base/errors.ts';

const UNTRUSTED = 'tls: failed to verify certificate: x509:';
const TLS_ERRORS: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `${UNTRUSTED} certificate signed by unknown authority`,
  UNABLE_TO_GET_ISSUER_CERT: `${UNTRUSTED} certificate signed by unknown authority`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `${UNTRUSTED} certificate signed by unknown authority`,
  SELF_SIGNED_CERT_IN_CHAIN: `${UNTRUSTED} certificate signed by unknown authority`,
  DEPTH_ZERO_SELF_SIGNED_CERT: `${UNTRUSTED} certificate signed by unknown authority`,
  CERT_HAS_EXPIRED: `${UNTRUSTED} certificate has expired or is not yet valid`,
  CERT_NOT_YET_VALID: `${UNTRUSTED} certificate has expired or is not yet valid`,
};
const DIAL_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
};

interface NetworkError extends Error {
  code?: string;
  address?: string;
  port?: number;
  hostname?: string;
  host?: string;
  cert?: { subjectaltname?: string };
}

/** What went wrong on the way to a webhook, in the words by which people look it up. */
export function describeNetworkError(error: unknown): string {
  const { code = '', address, port, hostname, host, cert } = error as NetworkError;
  const tls = TLS_ERRORS[code];
  if (tls) return tls;
  const dial = DIAL_ERRORS[code];
  if (dial) return `dial tcp ${address ?? host ?? ''}:${port ?? ''}: ${dial}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `dial tcp: lookup ${hostname ?? host ?? ''}: no such host`;
  if (code === 'ECONNRESET') return 'EOF';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = (cert?.subjectaltname ?? '').replace(/(?:DNS|IP Address):/g, '');
    return `${UNTRUSTED} certificate is valid for ${names}, not ${host ?? ''}`;
  }
  return describeError(error);
}
