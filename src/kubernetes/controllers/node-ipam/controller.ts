import { nodes } from '../../api/resources.ts';
import type { ControllerDefinition } from '../framework/controller.ts';
import { defineController, done } from '../framework/controller.ts';
import { CidrParts } from './cidr.ts';

export interface NodeIpamOptions {
  /** `10.244.0.0/16`; two, of both address families, for dual stack. */
  clusterCidrs: readonly string[];
  /** Default 24, or 64 for IPv6. */
  maskSize?: number;
}

/** Gives every node its own part of the pod addresses. */
export function nodeIpamController({ clusterCidrs, maskSize }: NodeIpamOptions): ControllerDefinition {
  const ranges = clusterCidrs.map((range) => new CidrParts(range, maskSize ?? (range.includes(':') ? 64 : 24)));
  return defineController({
    name: 'node-ipam',
    eventSource: 'cidrAllocator',
    primary: nodes,
    // One at a time: two nodes must not be given the same part.
    workers: 1,

    async reconcile(name, { cache, api, events }, signal) {
      const node = cache.get(nodes, name);
      if (!node || node.metadata.deletionTimestamp || node.spec?.podCIDR) return done;
      const taken = new Set(cache.list(nodes).flatMap(({ spec }) => [...(spec?.podCIDRs ?? []), spec?.podCIDR ?? '']));
      const podCIDRs = ranges.map((range) => range.firstFree(taken));
      if (!podCIDRs.every((part) => part !== undefined)) {
        events.normal(node, 'CIDRNotAvailable', `Node ${name} status is now: CIDRNotAvailable`);
        throw new Error(
          'failed to allocate cidr from cluster cidr: CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range',
        );
      }
      await api.patch(nodes, { name }, { spec: { podCIDR: podCIDRs[0], podCIDRs } }, { type: 'strategic' }, signal);
      return done;
    },
  });
}
