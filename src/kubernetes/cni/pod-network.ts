import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { Coalesced } from '../../base/coalesced.ts';
import type { Log } from '../../base/log.ts';
import type { Node } from '../api/generated/core-v1.ts';
import { nodes } from '../api/resources.ts';
import type { Informer } from '../client/informer.ts';
import type { Informers } from '../client/informers.ts';
import { conflistFor } from './conflist.ts';
import { masqueradeRules } from './masquerade.ts';
import { internalAddress, parseRoutes, ROUTE_PROTOCOL, routeCommands, routesTo } from './routes.ts';
import { mtuOf, uplinks } from './uplink.ts';

/** Programs of the node that the pod network needs; tests run them in a network namespace. */
interface NetworkPrograms {
  /** Loads nftables commands as one transaction. */
  loadRules(commands: string): Promise<void>;
  /** Runs `ip` with these arguments and standard input. */
  ip(args: readonly string[], input?: string): Promise<string>;
}

export interface PodNetworkOptions {
  informers: Informers;
  nodeName: string;
  clusterCIDR: string;
  programs: NetworkPrograms;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  /** Where containerd looks for its network configuration. */
  configFile?: string;
}

/** Routes that someone else removed, or an interface that was down, are mended this late. */
const RESYNC = 300_000;

/**
 * Keeps this node's part of the pod network: the CNI configuration once the node has a podCIDR, routes to the other
 * nodes' pods, and the rule that hides pod addresses from the outside.
 */
export function startPodNetwork(options: PodNetworkOptions): void {
  const { clock, log, signal, informers } = options;
  const informer = informers.of(nodes, {}, whatMatters);
  const state = new PodNetwork(options, informer);
  const sync = new Coalesced({
    clock,
    interval: 50,
    task: () => state.sync(),
    onError: (error) => log.error({ err: error }, 'setting up the pod network failed'),
  });
  const subscription = informer.onChange(({ next, previous }) => {
    if (!next || !previous || signature(next) !== signature(previous)) sync.request();
  });
  signal.addEventListener('abort', () => {
    subscription[Symbol.dispose]();
    sync[Symbol.dispose]();
  });
  void resync(clock, signal, () => {
    state.forget();
    sync.request();
  });
}

async function resync(clock: Clock, signal: AbortSignal, again: () => void): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(RESYNC, signal).then(again, () => {});
  }
}

/** A node's status is long and changes often; of it only addresses matter here. */
function whatMatters(node: Node): Node {
  const { name, uid, resourceVersion } = node.metadata;
  return {
    metadata: { name, uid, resourceVersion },
    spec: { podCIDR: node.spec?.podCIDR, podCIDRs: node.spec?.podCIDRs },
    status: { addresses: node.status?.addresses },
  };
}

const signature = (node: Node) => `${node.spec?.podCIDR} ${internalAddress(node)}`;

class PodNetwork {
  readonly #options: PodNetworkOptions;
  readonly #informer: Informer<Node>;
  #applied = '';

  constructor(options: PodNetworkOptions, informer: Informer<Node>) {
    this.#options = options;
    this.#informer = informer;
  }

  /** The next sync looks at the kernel again, whatever was applied before. */
  forget(): void {
    this.#applied = '';
  }

  async sync(): Promise<void> {
    await this.#informer.synced;
    const all = this.#informer.list();
    const wanted = all.map(signature).sort().join('\n');
    if (wanted === this.#applied) return;
    await this.#syncRules(all);
    await this.#syncRoutes(all);
    const podCIDR = this.#informer.get(this.#options.nodeName)?.spec?.podCIDR;
    if (podCIDR) await this.#writeConfig(podCIDR);
    this.#applied = wanted;
  }

  #syncRules(all: readonly Node[]): Promise<void> {
    const { programs, clusterCIDR } = this.#options;
    const addresses = all.flatMap((node) => internalAddress(node) ?? []);
    return programs.loadRules(masqueradeRules(clusterCIDR, [...new Set(addresses)]));
  }

  async #syncRoutes(all: readonly Node[]): Promise<void> {
    const { programs, nodeName } = this.#options;
    const present = parseRoutes(await programs.ip(['-json', '-4', 'route', 'show', 'proto', String(ROUTE_PROTOCOL)]));
    const commands = routeCommands(present, routesTo(all, nodeName));
    // -force: a node that cannot be reached yet must not keep the others' routes from being set.
    if (commands.length > 0) await programs.ip(['-force', '-batch', '-'], `${commands.join('\n')}\n`);
  }

  /**
   * Written beside and renamed within the folder: containerd takes no notice of a file that is moved in from elsewhere
   * (it reloads on writes, renames and removals, not on creations). What it says of the half-made file is harmless.
   */
  async #writeConfig(podCIDR: string): Promise<void> {
    const { clusterCIDR, log, configFile = '/etc/cni/net.d/10-slipway.conflist' } = this.#options;
    const uplink = uplinks(clusterCIDR)[0];
    const config = `${JSON.stringify(conflistFor({ podCIDR, mtu: uplink ? mtuOf(uplink.interface) : 1500 }), undefined, 2)}\n`;
    if ((await readFile(configFile, 'utf8').catch(() => '')) === config) return;
    await mkdir(dirname(configFile), { recursive: true });
    const beside = join(dirname(configFile), '.slipway.tmp');
    await writeFile(beside, config);
    await rename(beside, configFile);
    log.info({ podCIDR }, 'wrote the CNI configuration');
  }
}
