import { systemClock } from '../../base/clock.ts';
import { connect } from '../client/connect.ts';
import { Informers } from '../client/informers.ts';
import { loadKubeconfig } from '../client/kubeconfig.ts';
import { startPodNetwork } from '../cni/pod-network.ts';
import { sealRules } from '../cni/seal.ts';
import { uplinks } from '../cni/uplink.ts';
import { startKubeProxy } from '../proxy/kube-proxy.ts';
import type { ComponentContext } from './component.ts';
import { runAsProcess } from './component.ts';
import { type NodeConfig, readNodeConfig } from './node-config.ts';
import { loadRules, runProgram } from './programs.ts';

const KUBECONFIG = '/etc/kubernetes/kube-proxy.conf';
const ZONE = 'topology.kubernetes.io/zone';

/** Service rules and the pod network of this node, without a kubelet. */
export async function run({ log, signal }: ComponentContext): Promise<void> {
  await startNetwork(await readNodeConfig(), { log, signal });
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

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

/** conntrack fails when there was nothing to delete, which is as good. */
async function forgetFlows(args: readonly string[]): Promise<void> {
  await runProgram('conntrack', args).catch((error: Error) => {
    if (!error.message.includes('0 flow entries')) throw error;
  });
}

if (import.meta.main) await runAsProcess('kube-proxy', run, process.argv.slice(2));
