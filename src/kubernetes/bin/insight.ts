import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../base/clock.ts';
import { connect } from '../client/connect.ts';
import { readCredential, TokenSource } from '../client/credentials.ts';
import { inClusterConfig, loadKubeconfig } from '../client/kubeconfig.ts';
import { runInsight } from '../insight/insight.ts';
import { kubeletClient } from '../insight/kubelet-client.ts';
import type { ComponentContext } from './component.ts';
import { runAsProcess } from './component.ts';

/** Metrics API and usage history; in a pod unless told where the API server is. */
export async function run({ args, log, signal }: ComponentContext): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kubeconfig: { type: 'string' },
      'data-dir': { type: 'string', default: '/var/lib/slipway-insight' },
      port: { type: 'string', default: '10443' },
      'interval-seconds': { type: 'string', default: '10' },
    },
  });
  const config = values.kubeconfig ? loadKubeconfig(values.kubeconfig) : inClusterConfig();
  const interval = Number(values['interval-seconds']);
  if (!(interval > 0 && 60 % interval === 0)) throw new Error('--interval-seconds must divide 60');
  await mkdir(values['data-dir'], { recursive: true });
  const tokens = new TokenSource(config.token, systemClock);
  using api = connect({ ...config, userAgent: 'insight' });
  using read = kubeletClient({ ca: readCredential(config.certificateAuthority), token: () => tokens.current() });
  await runInsight(
    {
      api,
      read,
      dataFile: join(values['data-dir'], 'history.sqlite'),
      port: Number(values.port),
      interval: interval * 1000,
      clock: systemClock,
      log,
    },
    signal,
  );
}

if (import.meta.main) await runAsProcess('insight', run, process.argv.slice(2));
