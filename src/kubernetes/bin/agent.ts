import { access } from 'node:fs/promises';
import { systemClock } from '../../base/clock.ts';
import { connect } from '../client/connect.ts';
import { loadKubeconfig } from '../client/kubeconfig.ts';
import { startKubelet } from '../kubelet/kubelet.ts';
import { kubeletDefaults } from '../kubelet/options.ts';
import type { ComponentContext } from './component.ts';
import { runAsProcess } from './component.ts';
import { startNetwork } from './network.ts';
import { type NodeConfig, readNodeConfig } from './node-config.ts';

const KUBELET_KUBECONFIG = '/etc/kubernetes/kubelet.conf';
const RESOLV_CONF = '/run/slipway/resolv.conf';
/** Made by the entry script when the images that every pod needs are in the runtime. */
const IMAGES_READY = '/run/slipway/images-ready';
const LOOK_AGAIN = 20;

/** Everything of a node that is not its container runtime, in one process: kubelet, kube-proxy, pod network. */
export async function run({ log, signal }: ComponentContext): Promise<void> {
  const config = await readNodeConfig();
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  try {
    await startNetwork(config, { log, signal: both });
    await runKubelet(config, { log: log.child({ part: 'kubelet' }), signal: both });
  } finally {
    // Whatever ends the kubelet ends the process; the supervisor starts all of it again.
    stop.abort();
  }
}

async function runKubelet(config: NodeConfig, { log, signal }: Pick<ComponentContext, 'log' | 'signal'>): Promise<void> {
  using api = connect({ ...loadKubeconfig(KUBELET_KUBECONFIG), userAgent: 'kubelet' });
  while (!(await exists(IMAGES_READY))) await systemClock.sleep(LOOK_AGAIN, signal);
  const { nodeName, labels, taints, clusterDNS, clusterDomain } = config;
  const resolvConf = (await exists(RESOLV_CONF)) ? RESOLV_CONF : kubeletDefaults.resolvConf;
  const options = { ...kubeletDefaults, nodeName, labels, taints, clusterDNS: [clusterDNS], clusterDomain, resolvConf };
  await startKubelet(options, { api, log }, signal);
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

if (import.meta.main) await runAsProcess('agent', run, process.argv.slice(2));
