const TABLE = 'slipway-pods';

/**
 * Pods keep their own address towards other pods and nodes, which have routes to them; towards everything else they
 * take the node's, because nobody outside knows the way back.
 */
export function masqueradeRules(clusterCIDR: string, nodeAddresses: readonly string[]): string {
  const elements = nodeAddresses.length > 0 ? `add element ip ${TABLE} nodes { ${[...nodeAddresses].sort().join(', ')} }` : '';
  return `
add table ip ${TABLE}
delete table ip ${TABLE}
add table ip ${TABLE}
add set ip ${TABLE} nodes { type ipv4_addr; }
${elements}
add chain ip ${TABLE} leaving { type nat hook postrouting priority srcnat; }
add rule ip ${TABLE} leaving ip saddr ${clusterCIDR} ip daddr != ${clusterCIDR} ip daddr != @nodes ip daddr != 224.0.0.0/4 masquerade fully-random
`;
}
