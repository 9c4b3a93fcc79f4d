import type { IPAddress, ServiceCIDR } from '../../api/generated/networking-v1.ts';
import { parseCidr, parseIp } from '../../machinery/validation/ip-address.ts';

const MANAGED_BY = 'ipaddress.kubernetes.io/managed-by';
const ALLOCATOR = 'ipallocator.k8s.io';

/** Whether the API server took the address for a service. */
export const isAllocated = ({ metadata }: IPAddress): boolean => metadata.labels?.[MANAGED_BY] === ALLOCATOR;

/** Whether one network lies in another, or is the same. */
export function containsNetwork(outer: string, inner: string): boolean {
  const [a, b] = [parseCidr(outer), parseCidr(inner)];
  return a !== undefined && b !== undefined && a.length <= b.length && startAlike(a.bytes, b.bytes, a.length);
}

/** Whether an address can be given out from a network. */
export function containsAddress(network: string, address: string): boolean {
  const [parsed, bytes] = [parseCidr(network), parseIp(address)];
  if (!parsed || !bytes || !startAlike(parsed.bytes, bytes, parsed.length)) return false;
  const host = bitsOf(bytes).slice(parsed.length);
  return host.includes('1') && (bytes.length === 16 || host.includes('0'));
}

function startAlike(a: readonly number[], b: readonly number[], length: number): boolean {
  return a.length === b.length && bitsOf(a).slice(0, length) === bitsOf(b).slice(0, length);
}

const bitsOf = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');

const cidrsOf = ({ spec }: ServiceCIDR): string[] => spec?.cidrs ?? [];

/** Those of `networks` that an address can be given out from. */
export function networksOfAddress(networks: readonly ServiceCIDR[], address: string): ServiceCIDR[] {
  return networks.filter((network) => cidrsOf(network).some((cidr) => containsAddress(cidr, address)));
}

/** Those of `networks` that have something in common with one. */
export function overlapping(networks: readonly ServiceCIDR[], one: ServiceCIDR): ServiceCIDR[] {
  const meets = (a: string, b: string) => containsNetwork(a, b) || containsNetwork(b, a);
  return networks.filter((other) => cidrsOf(other).some((a) => cidrsOf(one).some((b) => meets(a, b))));
}

/** Whether a network can go: all of it is in others, or it is the only one for no address. */
export function canGo(one: ServiceCIDR, networks: readonly ServiceCIDR[], addresses: readonly IPAddress[]): boolean {
  const others = networks.filter(({ metadata }) => metadata.name !== one.metadata.name);
  const covered = (cidr: string) => others.some((other) => cidrsOf(other).some((outer) => containsNetwork(outer, cidr)));
  if (cidrsOf(one).every(covered)) return true;
  const isOrphaned = ({ metadata: { name = '' } }: IPAddress) =>
    networksOfAddress([one], name).length > 0 && networksOfAddress(others, name).length === 0;
  return !addresses.some((address) => isAllocated(address) && isOrphaned(address));
}
