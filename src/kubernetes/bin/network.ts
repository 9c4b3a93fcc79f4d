import { systemClock } from '../../base/clock.ts';
import { connect } from '../client/connect.ts';
import { Informers } from '../client/informers.ts';
import { loadKubeconfig } from '../client/kubeconfig.ts';
import { startPodNetwork } from '../cni/pod-network.ts';
import { sealRules } from '../cni/seal.ts';
import { uplinks } from '../cni/uplink.ts';
import { startKubeProxy } from '../proxy/kube-proxy.ts';
import type { ComponentContext } from './component.ts';
import type { NodeConfig } from './node-config.ts';
import { forgetFlows, loadRules, runProgram } from './programs.ts';

const KUBECONFIG = '/etc/kubernetes/kube-proxy.conf';
const ZONE = 'topology.kubernetes.io/zone';

/** Starts kube-proxy and the pod network, which share one connection and one copy of the cluster's objects. */
export async function startNetwork(config: NodeConfig, { log, signal }: Pick<ComponentContext, 'log' | 'signal'>): Promise<void> {
  const { clusterCIDR, serviceCIDR, nodeName } = config;
  const links = uplinks(clusterCIDR);
  if (config.sealed) await loadRules(sealRules([...links.map(({ cidr }) => cidr), clusterCIDR, serviceCIDR, '127.0.0.0/8']));

  const api = connect({ ...loadKubeconfig(KUBECONFIG), userAgent: 'kube-proxy' });
  signal.addEventListener('abort', () => api[Symbol.dispose]());
  const informers = new Informers(api, signal, { log });
  await startKubeProxy({
    informers,
    place: { nodeName, zone: config.labels[ZONE] },
    clusterCIDR,
    serviceCIDR,
    nodeAddresses: links.map(({ address }) => address),
    programs: { loadRules, conntrack: forgetFlows },
    clock: systemClock,
    log: log.child({ part: 'kube-proxy' }),
    signal,
  });
  startPodNetwork({
    informers,
    nodeName,
    clusterCIDR,
    programs: { loadRules, ip: (args, input) => runProgram('ip', args, input) },
    clock: systemClock,
    log: log.child({ part: 'pod-network' }),
    signal,
  });
}
