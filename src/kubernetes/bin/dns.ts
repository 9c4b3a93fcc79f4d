import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { systemClock } from '../../base/clock.ts';
import { connect } from '../client/connect.ts';
import { Informers } from '../client/informers.ts';
import { inClusterConfig, loadKubeconfig } from '../client/kubeconfig.ts';
import { runDns } from '../dns/dns.ts';
import { nameserversOf } from '../dns/resolv-conf.ts';
import type { ComponentContext } from './component.ts';
import { runAsProcess } from './component.ts';

/** The cluster's DNS server; in a pod unless told where the API server is. */
export async function run({ args, log, signal }: ComponentContext): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kubeconfig: { type: 'string' },
      'cluster-domain': { type: 'string', default: 'cluster.local' },
      address: { type: 'string', default: '0.0.0.0' },
      port: { type: 'string', default: '53' },
      'health-port': { type: 'string', default: '8181' },
      'resolv-conf': { type: 'string', default: '/etc/resolv.conf' },
    },
  });
  const config = values.kubeconfig ? loadKubeconfig(values.kubeconfig) : inClusterConfig();
  using api = connect({ ...config, userAgent: 'dns' });
  await runDns(
    {
      informers: new Informers(api, signal, { log }),
      domain: values['cluster-domain'],
      address: values.address,
      port: Number(values.port),
      healthPort: Number(values['health-port']),
      nameservers: nameserversOf(await readFile(values['resolv-conf'], 'utf8')),
      clock: systemClock,
      log,
    },
    signal,
  );
}

if (import.meta.main) await runAsProcess('dns', run, process.argv.slice(2));
