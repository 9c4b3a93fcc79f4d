import { readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { networkInterfaces } from 'node:os';

/** An address by which other nodes and the outside reach this one. */
export interface Uplink {
  interface: string;
  address: string;
  /** The network it is in, `172.18.0.2/16`. */
  cidr: string;
}

/** The node's own IPv4 addresses: not loopback, not link-local, not the gateways of pods. */
export function uplinks(clusterCIDR: string): Uplink[] {
  const inner = new BlockList();
  for (const cidr of [clusterCIDR, '169.254.0.0/16']) {
    const [network, bits] = cidr.split('/') as [string, string];
    inner.addSubnet(network, Number(bits));
  }
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family, internal, address, cidr }) => family === 'IPv4' && !internal && cidr && !inner.check(address))
      .map(({ address, cidr }) => ({ interface: name, address, cidr: cidr as string })),
  );
}

/** Largest packet of an interface; pods must not send larger ones. */
export function mtuOf(name: string): number {
  return Number(readFileSync(`/sys/class/net/${name}/mtu`, 'utf8'));
}
