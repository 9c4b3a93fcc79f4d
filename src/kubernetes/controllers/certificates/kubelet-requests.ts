import type { CertificateRequest } from '../../machinery/x509/certificate-request.ts';

const NODES = 'system:nodes';
const NODE_USER = 'system:node:';
const CLIENT_USAGES = ['client auth', 'digital signature', 'key encipherment'];
const SERVING_USAGES = ['digital signature', 'key encipherment', 'server auth'];

/** Why this is no request for the certificate that a kubelet authenticates with; undefined where it is one. */
export function kubeletClientFault({ subject, names }: CertificateRequest, usages: readonly string[]): string | undefined {
  if (!isOfNodes(subject.organizations)) return 'subject organization is not system:nodes';
  if (names.dns.length > 0) return 'DNS subjectAltNames are not allowed';
  if (names.emails.length > 0) return 'Email subjectAltNames are not allowed';
  if (names.ips.length > 0) return 'IP subjectAltNames are not allowed';
  if (names.uris.length > 0) return 'URI subjectAltNames are not allowed';
  if (!subject.commonName.startsWith(NODE_USER)) return 'subject common name does not begin with system:node:';
  return usagesFault(usages, CLIENT_USAGES);
}

/** Why this is no request for the certificate that a kubelet serves with. */
export function kubeletServingFault({ subject, names }: CertificateRequest, usages: readonly string[]): string | undefined {
  if (!isOfNodes(subject.organizations)) return 'subject organization is not system:nodes';
  if (names.dns.length === 0 && names.ips.length === 0) return 'DNS or IP subjectAltName is required';
  if (names.emails.length > 0) return 'Email subjectAltNames are not allowed';
  if (names.uris.length > 0) return 'URI subjectAltNames are not allowed';
  const fault = usagesFault(usages, SERVING_USAGES);
  if (fault) return fault;
  return subject.commonName.startsWith(NODE_USER) ? undefined : 'subject common name does not begin with system:node:';
}

const isOfNodes = (organizations: readonly string[]): boolean => organizations.length === 1 && organizations[0] === NODES;

/** Only keys of RSA encipher others. */
function usagesFault(usages: readonly string[], wanted: readonly string[]): string | undefined {
  const given = new Set(usages);
  const isWhole = wanted.every((usage) => given.has(usage) || usage === 'key encipherment');
  const hasMore = [...given].some((usage) => !wanted.includes(usage));
  return isWhole && !hasMore ? undefined : `usages did not match [${wanted.join(' ')}]`;
}
