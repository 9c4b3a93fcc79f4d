/**
 * The CNI configuration of a node. Each pod gets a point-to-point link (`ptp`) instead of a port of a bridge: packets
 * between two pods of a node are then routed, so that service translation and network policies see them without
 * br_netfilter, and no bridge has to learn addresses.
 */
export function conflistFor({ podCIDR, mtu }: { podCIDR: string; mtu: number }): object {
  return {
    cniVersion: '1.0.0',
    name: 'slipway',
    plugins: [
      {
        type: 'ptp',
        ipMasq: false,
        mtu,
        ipam: {
          type: 'host-local',
          // In memory: when the node restarts its pods are gone, and so must be their addresses.
          dataDir: '/run/slipway/addresses',
          ranges: [[{ subnet: podCIDR }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
      { type: 'portmap', capabilities: { portMappings: true }, snat: true, backend: 'nftables' },
    ],
  };
}
