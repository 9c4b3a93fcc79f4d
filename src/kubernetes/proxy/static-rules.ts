/** Our own table. Nothing outside it is ever touched: Docker's DNS lives in another one of the same node. */
export const TABLE = 'slipway-services';

/** Set on packets whose source must become the node's address, so that answers come back through this node. */
const MASQUERADE = '0x4000';

/** Sets and maps whose elements change with services and endpoints; every other line below stays as it is. */
const SETS = {
  /** address . protocol . port -> how to pick an endpoint */
  frontends: 'type ipv4_addr . inet_proto . inet_service : verdict',
  /** The same for node ports, which are the same on each of the node's addresses. */
  'node-ports': 'type inet_proto . inet_service : verdict',
  /** address . protocol . port . number -> endpoint */
  endpoints: 'typeof ip daddr . meta l4proto . th dport . numgen random mod 65536 : ip daddr . th dport',
  'local-endpoints': 'typeof ip daddr . meta l4proto . th dport . numgen random mod 65536 : ip daddr . th dport',
  'node-port-endpoints': 'typeof meta l4proto . th dport . numgen random mod 65536 : ip daddr . th dport',
  'node-port-local-endpoints': 'typeof meta l4proto . th dport . numgen random mod 65536 : ip daddr . th dport',
  /** Frontends that have nobody to answer: refused, or dropped where only local endpoints count. */
  unserved: 'type ipv4_addr . inet_proto . inet_service : verdict',
  'unserved-node-ports': 'type inet_proto . inet_service : verdict',
  /** endpoint . endpoint: a pod that reaches itself through its service must see another address than its own. */
  hairpins: 'type ipv4_addr . ipv4_addr',
  /** Load balancer frontends with loadBalancerSourceRanges, and who may use them. */
  restricted: 'type ipv4_addr . inet_proto . inet_service',
  'allowed-sources': 'type ipv4_addr . inet_proto . inet_service . ipv4_addr; flags interval',
} as const;

export type SetName = keyof typeof SETS;

const isMap = (definition: string) => definition.includes(' : ');
const FRONTEND = 'ip daddr . meta l4proto . th dport';
const NODE_PORT = 'meta l4proto . th dport';

/** The maps of endpoints: one for each way of addressing a service and each choice of endpoints. */
export type EndpointMap = Extract<SetName, `${string}endpoints`>;

const ENDPOINT_MAPS: readonly EndpointMap[] = ['endpoints', 'local-endpoints', 'node-port-endpoints', 'node-port-local-endpoints'];

/** Protocols with ports; a translation of ports has to know that there are any. */
export const WITH_PORTS = 'meta l4proto { tcp, udp, sctp }';

export const pickerName = (map: EndpointMap, count: number) => `pick-${map}-${count}`;

/**
 * Chains that draw one of 1 to `largest` endpoints. nft cannot add a rule that looks up these maps once they are in
 * the kernel (1.0 and 1.1: "conflicting protocols specified"), so all come with the table.
 */
function pickers(largest: number): string {
  const lines: string[] = [];
  for (const map of ENDPOINT_MAPS) {
    const key = map.startsWith('node-port') ? NODE_PORT : FRONTEND;
    for (let count = 1; count <= largest; count++) {
      const rule = `${WITH_PORTS} dnat ip to ${key} . numgen random mod ${count} map @${map}`;
      lines.push(`  chain ${pickerName(map, count)} {`, `    ${rule}`, '  }');
    }
  }
  return lines.join('\n');
}

export interface NodeFacts {
  /** Pods' addresses: traffic from elsewhere to a cluster IP is masqueraded. */
  clusterCIDR: string;
  /** Addresses that node ports are served on. */
  nodeAddresses: readonly string[];
}

/** Commands that make the table anew, without services, in one transaction with what follows them. */
export function staticRules({ clusterCIDR, nodeAddresses }: NodeFacts, largestDraw: number): string {
  const sets = Object.entries(SETS).map(([name, definition]) => `${isMap(definition) ? 'map' : 'set'} ${name} { ${definition}; }`);
  const elements = nodeAddresses.length > 0 ? `elements = { ${nodeAddresses.join(', ')} };` : '';
  return `
add table ip ${TABLE}
delete table ip ${TABLE}
table ip ${TABLE} {
  ${sets.join('\n  ')}
  set node-addresses { type ipv4_addr; ${elements} }
${pickers(largestDraw)}

  chain mark-masquerade {
    meta mark set meta mark | ${MASQUERADE}
  }
  chain mark-outsiders {
    ip saddr != ${clusterCIDR} jump mark-masquerade
  }
  chain refuse {
    meta l4proto tcp reject with tcp reset
    reject
  }
  chain services {
    ${FRONTEND} vmap @frontends
    ip daddr @node-addresses ${NODE_PORT} vmap @node-ports
  }
  chain arriving {
    type nat hook prerouting priority dstnat; policy accept;
    jump services
  }
  chain own {
    type nat hook output priority -100; policy accept;
    jump services
    ip daddr 127.0.0.0/8 ${NODE_PORT} vmap @node-ports
  }
  chain leaving {
    type nat hook postrouting priority srcnat; policy accept;
    meta mark & ${MASQUERADE} != 0 meta mark set meta mark ^ ${MASQUERADE} masquerade fully-random
    ct status & dnat == dnat ip saddr . ip daddr @hairpins masquerade fully-random
  }

  chain check-source {
    ${FRONTEND} @restricted ${FRONTEND} . ip saddr != @allowed-sources drop
  }
  chain arriving-untranslated {
    type filter hook prerouting priority dstnat - 10; policy accept;
    ct state new jump check-source
  }
  chain own-untranslated {
    type filter hook output priority -110; policy accept;
    ct state new jump check-source
  }

  chain check-served {
    ${FRONTEND} vmap @unserved
    ip daddr { ${['127.0.0.0/8', ...nodeAddresses].join(', ')} } ${NODE_PORT} vmap @unserved-node-ports
  }
  chain incoming {
    type filter hook input priority filter; policy accept;
    ct state new jump check-served
  }
  chain passing {
    type filter hook forward priority filter; policy accept;
    ct state new jump check-served
  }
  chain outgoing {
    type filter hook output priority filter; policy accept;
    ct state new jump check-served
  }
}
`;
}
