const TABLE = 'slipway-guard';

/**
 * Loaded before any service rule. What is still addressed to a service when it would leave the node was not
 * translated, for want of a rule: it is refused, or it would go out to whatever answers there (TCP by a
 * reset, as the kernel limits the rate of ICMP errors). And since node ports
 * work on 127.0.0.1, martian checks are off for it; packets from elsewhere to it are dropped here instead.
 */
export function guardRules(serviceCIDR: string): string {
  return `
add table inet ${TABLE}
delete table inet ${TABLE}
table inet ${TABLE} {
  chain outgoing {
    type filter hook output priority filter + 10; policy accept;
    ip daddr ${serviceCIDR} meta l4proto tcp reject with tcp reset
    ip daddr ${serviceCIDR} reject
  }
  chain passing {
    type filter hook forward priority filter + 10; policy accept;
    ip daddr ${serviceCIDR} meta l4proto tcp reject with tcp reset
    ip daddr ${serviceCIDR} reject
  }
  chain incoming {
    type filter hook input priority filter + 10; policy accept;
    ip saddr != 127.0.0.0/8 ip daddr 127.0.0.0/8 ct state new ct status & dnat == 0 drop
  }
}
`;
}
