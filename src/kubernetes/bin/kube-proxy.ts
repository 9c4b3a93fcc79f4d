import { hostname, networkInterfaces } from 'node:os';
import { parseArgs } from 'node:util';
import { systemClock } from '../../base/clock.ts';
import { connect } from '../client/connect.ts';
import { Informers } from '../client/informers.ts';
import { inClusterConfig, loadKubeconfig } from '../client/kubeconfig.ts';
import { startKubeProxy } from '../proxy/kube-proxy.ts';
import type { ComponentContext } from './component.ts';
import { runAsProcess } from './component.ts';
import { forgetFlows, loadRules } from './programs.ts';

/** A kube-proxy alone: flags named as upstream's, a kubeconfig, nftables. */
export async function run({ args, log, signal }: ComponentContext): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kubeconfig: { type: 'string' },
      'hostname-override': { type: 'string', default: hostname().toLowerCase() },
      'cluster-cidr': { type: 'string', default: '10.244.0.0/16' },
      'service-cluster-ip-range': { type: 'string', default: '10.96.0.0/16' },
      'nodeport-addresses': { type: 'string' },
    },
  });
  const config = values.kubeconfig ? loadKubeconfig(values.kubeconfig) : inClusterConfig();
  using api = connect({ ...config, userAgent: 'kube-proxy' });
  await startKubeProxy({
    informers: new Informers(api, signal, { log }),
    place: { nodeName: values['hostname-override'] },
    clusterCIDR: values['cluster-cidr'],
    serviceCIDR: values['service-cluster-ip-range'],
    nodeAddresses: values['nodeport-addresses']?.split(',') ?? ownAddresses(),
    programs: { loadRules, conntrack: forgetFlows },
    clock: systemClock,
    log,
    signal,
  });
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
}

if (import.meta.main) await runAsProcess('kube-proxy', run, process.argv.slice(2));
