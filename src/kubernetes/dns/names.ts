/** What a name below the cluster's domain asks for, by the Kubernetes DNS specification. */
export type Asked =
  | { kind: 'apex' }
  | { kind: 'version' }
  /** `svc`, `pod` or a namespace below them: there are names further down. */
  | { kind: 'branch'; namespace?: string }
  | { kind: 'service'; namespace: string; service: string }
  /** A pod of a headless service by its host name, or by its address with dashes. */
  | { kind: 'endpoint'; namespace: string; service: string; hostname: string }
  /** `_port._protocol.service.namespace.svc` */
  | { kind: 'port'; namespace: string; service: string; port: string; protocol: string }
  | { kind: 'pod'; namespace: string; address: string }
  | { kind: 'unknown' };

/** Host names are compared without regard to case. */
export function normalize(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** Whether `name` is in `zone`; both normalized. */
export function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** Reads a normalized name of the cluster's zone. */
export function parseName(name: string, zone: string): Asked {
  if (name === zone) return { kind: 'apex' };
  const labels = name
    .slice(0, -zone.length - 1)
    .split('.')
    .reverse();
  const [branch, namespace, second, third, fourth] = labels;
  if (branch === 'dns-version' && labels.length === 1) return { kind: 'version' };
  if (branch === 'pod') return parsePod(labels);
  if (branch !== 'svc') return { kind: 'unknown' };
  if (!namespace) return { kind: 'branch' };
  if (!second) return { kind: 'branch', namespace };
  if (!third) return { kind: 'service', namespace, service: second };
  if (!fourth) return { kind: 'endpoint', namespace, service: second, hostname: third };
  if (labels.length === 5 && third.startsWith('_') && fourth.startsWith('_')) {
    return { kind: 'port', namespace, service: second, protocol: third.slice(1), port: fourth.slice(1) };
  }
  return { kind: 'unknown' };
}

function parsePod([, namespace, address, ...more]: readonly string[]): Asked {
  if (!namespace) return { kind: 'branch' };
  if (!address) return { kind: 'branch', namespace };
  return more.length > 0 ? { kind: 'unknown' } : { kind: 'pod', namespace, address };
}

/** `10-244-0-2` or `fd00--2` as an address of the given family, if it is one. */
export function undash(text: string): string | undefined {
  const v4 = text.replaceAll('-', '.');
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(v4)) return v4.split('.').every((part) => Number(part) <= 255) ? v4 : undefined;
  return /^[0-9a-f-]+$/.test(text) && text.includes('-') ? text.replaceAll('-', ':') : undefined;
}

/** The opposite of {@link undash}: how an endpoint without host name is called. */
export function dashed(address: string): string {
  return address.replace(/[.:]/g, '-');
}

/** The address that a name of the reverse zone stands for. */
export function addressOfReverse(name: string): string | undefined {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/.exec(name);
  if (v4) return v4.slice(1).reverse().join('.');
  const v6 = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name)?.[1];
  if (!v6) return undefined;
  const digits = v6.replaceAll('.', '').split('').reverse().join('');
  return new URL(`http://[${digits.replace(/(.{4})(?=.)/g, '$1:')}]`).hostname.slice(1, -1);
}
