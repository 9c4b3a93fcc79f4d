import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { connect } from '../client/connect.ts';
import { loadKubeconfig } from '../client/kubeconfig.ts';
import { startKubelet } from '../kubelet/kubelet.ts';
import type { KubeletOptions } from '../kubelet/options.ts';
import { kubeletDefaults } from '../kubelet/options.ts';
import type { ComponentContext } from './component.ts';
import { runAsProcess } from './component.ts';

/** A kubelet alone: flags named as upstream's, a kubeconfig, a runtime socket. */
export async function run({ args, log, signal }: ComponentContext): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kubeconfig: { type: 'string', default: '/etc/kubernetes/kubelet.conf' },
      'hostname-override': { type: 'string' },
      'container-runtime-endpoint': { type: 'string' },
      'root-dir': { type: 'string' },
      'node-ip': { type: 'string' },
      'node-labels': { type: 'string' },
      'cluster-dns': { type: 'string' },
      'cluster-domain': { type: 'string' },
      'resolv-conf': { type: 'string' },
      'pod-manifest-path': { type: 'string' },
      'max-pods': { type: 'string' },
      address: { type: 'string' },
      port: { type: 'string' },
      'tls-cert-file': { type: 'string' },
      'tls-private-key-file': { type: 'string' },
      'client-ca-file': { type: 'string' },
    },
  });
  using api = connect({ ...loadKubeconfig(values.kubeconfig), userAgent: 'kubelet' });
  await startKubelet(optionsFrom(values), { api, log }, signal);
}

type Flags = Partial<Record<string, string>>;

function optionsFrom(flags: Flags): KubeletOptions {
  const text = <K extends keyof KubeletOptions>(flag: string, option: K) => (flags[flag] === undefined ? {} : { [option]: flags[flag] });
  return {
    ...kubeletDefaults,
    nodeName: flags['hostname-override'] ?? hostname().toLowerCase(),
    ...text('container-runtime-endpoint', 'runtimeEndpoint'),
    ...text('root-dir', 'rootDirectory'),
    ...text('node-ip', 'nodeIP'),
    ...text('cluster-domain', 'clusterDomain'),
    ...text('resolv-conf', 'resolvConf'),
    ...text('pod-manifest-path', 'staticPodPath'),
    ...text('address', 'address'),
    ...text('tls-cert-file', 'tlsCertificate'),
    ...text('tls-private-key-file', 'tlsKey'),
    ...text('client-ca-file', 'clientCA'),
    ...(flags.port ? { port: Number(flags.port) } : {}),
    ...(flags['max-pods'] ? { maxPods: Number(flags['max-pods']) } : {}),
    ...(flags['cluster-dns'] ? { clusterDNS: flags['cluster-dns'].split(',') } : {}),
    ...(flags['node-labels'] ? { labels: Object.fromEntries(flags['node-labels'].split(',').map((pair) => pair.split('=', 2))) } : {}),
  };
}

if (import.meta.main) await runAsProcess('kubelet', run, process.argv.slice(2));
