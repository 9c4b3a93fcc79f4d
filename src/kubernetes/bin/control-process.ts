import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { systemClock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { ApiConnection } from '../client/api-client.ts';
import type { ClientConfig } from '../client/client-config.ts';
import { connect } from '../client/connect.ts';
import type { DiscoveredResource } from '../client/discovery.ts';
import { Informers } from '../client/informers.ts';
import { inClusterConfig, loadKubeconfig } from '../client/kubeconfig.ts';
import { lead } from '../client/leader-election.ts';
import { waitForServer } from '../client/wait-for-server.ts';
import type { ClusterSigning } from '../controllers/certificates/signing.ts';
import { ControllerClients } from '../controllers/controller-clients.ts';
import { runGarbageCollector } from '../controllers/garbage-collector/run-garbage-collector.ts';
import { allControllers, runnable } from '../controllers/registry.ts';
import { runControllers } from '../controllers/run-controllers.ts';
import type { ResourceType } from '../machinery/resource.ts';
import { groupResource } from '../machinery/resource.ts';
import { runScheduler } from '../scheduler/run-scheduler.ts';
import type { ControlFlags } from './control-flags.ts';
import { isTrue, millisecondsOf } from './control-flags.ts';
import { serveHealth } from './health-server.ts';

/** What the parts of a control process share: one connection and one copy of every object. */
export interface ControlProcess {
  /** How the process reaches the server, and who it is there. */
  config: ClientConfig;
  api: ApiConnection;
  informers: Informers;
  served: readonly DiscoveredResource[];
  log: Log;
}

export interface ControlOptions {
  /** Name of the process, of its user agent and of its lease. */
  name: string;
  flags: ControlFlags;
  /** Where `--leader-elect` is not given. */
  leaderElect: boolean;
  /** Where, on loopback, it says that it is well; `--secure-port` moves the only one, and 0 says nothing. */
  healthPorts: readonly number[];
  log: Log;
}

/** Connects, waits for the server, leads where asked to, and runs `work` until `signal` aborts. */
export async function runControl(
  options: ControlOptions,
  work: (process: ControlProcess, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { name, flags, log } = options;
  const config = flags.kubeconfig ? loadKubeconfig(flags.kubeconfig) : inClusterConfig();
  using api = connect({ ...config, userAgent: name });
  using _health = await serveHealth(healthPortsOf(options), log);
  const start = async (term: AbortSignal) => {
    const served = await waitForServer(api, { clock: systemClock, log }, term);
    const informers = new Informers(api, term, { log });
    log.info({ server: config.server }, 'started');
    await work({ config, api, informers, served, log }, term);
  };
  try {
    if (!isTrue(flags['leader-elect'], options.leaderElect)) await start(signal);
    else {
      await lead(electionOf(options, api), start, signal);
      if (!signal.aborted) throw new Error('leader election lost');
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function healthPortsOf({ flags, healthPorts }: ControlOptions): readonly number[] {
  const port = flags['secure-port'];
  if (port === undefined) return healthPorts;
  return Number(port) > 0 ? [Number(port)] : [];
}

function electionOf({ name, flags, log }: ControlOptions, api: ApiConnection) {
  return {
    api,
    namespace: flags['leader-elect-resource-namespace'] ?? 'kube-system',
    name,
    identity: `${hostname()}_${randomUUID()}`,
    leaseDuration: millisecondsOf(flags['leader-elect-lease-duration']),
    log,
  };
}

/** Runs every controller whose types the server has. */
export async function controllersOf(
  { config, api, informers, served, log }: ControlProcess,
  flags: ControlFlags,
  signal: AbortSignal,
): Promise<void> {
  using clients = isTrue(flags['use-service-account-credentials'], false) ? new ControllerClients(config, api) : undefined;
  const clientOf = (controller: string) => clients?.of(controller) ?? api;
  const allocates = isTrue(flags['allocate-node-cidrs'], flags['cluster-cidr'] !== undefined);
  const controllers = allControllers({
    clusterCidrs: allocates ? (flags['cluster-cidr'] ?? '').split(',').filter(Boolean) : [],
    nodeCidrMaskSize: flags['node-cidr-mask-size'] ? Number(flags['node-cidr-mask-size']) : undefined,
    rootCa: await textOf(flags['root-ca-file']),
    serviceAccountKey: await textOf(flags['service-account-private-key-file']),
    nodeMonitorGracePeriod: millisecondsOf(flags['node-monitor-grace-period']),
    clusterSigning: await clusterSigningOf(flags),
  });
  await Promise.all([
    runControllers(runnable(controllers, served), { api, clientOf, informers, log, serves: servesAny(served) }, signal),
    runGarbageCollector(
      { api: clientOf('garbage-collector'), informers, served, log: log.child({ controller: 'garbage-collector' }) },
      signal,
    ),
  ]);
}

async function clusterSigningOf(flags: ControlFlags): Promise<ClusterSigning | undefined> {
  const [certificate, key] = [await textOf(flags['cluster-signing-cert-file']), await textOf(flags['cluster-signing-key-file'])];
  if (!certificate || !key) return undefined;
  return { certificate, key, duration: millisecondsOf(flags['cluster-signing-duration']) };
}

function textOf(file: string | undefined): Promise<string> | undefined {
  return file ? readFile(file, 'utf8') : undefined;
}

/** Runs the scheduler with the types the server has, with its own rights where it is given credentials. */
export async function schedulerOf(
  { api, informers, served, log }: ControlProcess,
  flags: ControlFlags,
  signal: AbortSignal,
): Promise<void> {
  const kubeconfig = flags['scheduler-kubeconfig'];
  using own = kubeconfig ? connect({ ...loadKubeconfig(kubeconfig), userAgent: 'kube-scheduler' }) : undefined;
  await runScheduler({ api: own ?? api, informers, log: log.child({ component: 'kube-scheduler' }), serves: servesAny(served) }, signal);
}

function servesAny(served: readonly ResourceType[]): (type: ResourceType) => boolean {
  const names = new Set(served.map(groupResource));
  return (type) => names.has(groupResource(type));
}
