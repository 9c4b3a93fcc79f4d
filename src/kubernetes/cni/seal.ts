const TABLE = 'slipway-seal';

/**
 * Closes the node towards everything but the given networks, for tests: an image pull or a look-up that would leave
 * the machine is refused at once. Answers to whoever reached the node are let out.
 */
export function sealRules(networks: readonly string[]): string {
  const body = `
    ct state established,related accept
    oifname "lo" accept
    ip daddr { ${networks.join(', ')} } accept
    ip6 daddr { ::1, fe80::/10, ff02::/16 } accept
    meta l4proto tcp reject with tcp reset
    reject with icmpx admin-prohibited`;
  return `
add table inet ${TABLE}
delete table inet ${TABLE}
table inet ${TABLE} {
  chain leaving {
    type filter hook output priority filter - 20; policy accept;${body}
  }
  chain passing {
    type filter hook forward priority filter - 20; policy accept;${body}
  }
}
`;
}
