import type { RequestOptions } from 'node:https';
import type { ClusterService } from '../../ipc/cluster.ts';
import { RemoteError } from '../../ipc/errors.ts';
import { KubeConnection } from './connection.ts';

/** The connection of every cluster in use, made from its kubeconfig on first use. */
export class KubeConnections implements Disposable {
  readonly #kubeconfigOf: ClusterService['kubeconfig'];
  readonly #open = new Map<string, Promise<KubeConnection>>();

  constructor(kubeconfigOf: ClusterService['kubeconfig']) {
    this.#kubeconfigOf = kubeconfigOf;
  }

  get(cluster: string): Promise<KubeConnection> {
    const known = this.#open.get(cluster);
    if (known) return known;
    const opening = this.#connect(cluster);
    this.#open.set(cluster, opening);
    opening.catch(() => this.#forget(cluster, opening));
    return opening;
  }

  /** Called when a cluster was started, stopped or deleted: its address or credentials may have changed. */
  drop(cluster: string): void {
    const opening = this.#open.get(cluster);
    this.#open.delete(cluster);
    opening?.then((connection) => connection.close()).catch(() => {});
  }

  [Symbol.dispose](): void {
    for (const cluster of [...this.#open.keys()]) this.drop(cluster);
  }

  #forget(cluster: string, opening: Promise<KubeConnection>): void {
    if (this.#open.get(cluster) === opening) this.#open.delete(cluster);
  }

  async #connect(cluster: string): Promise<KubeConnection> {
    const yaml = await this.#kubeconfigOf(cluster);
    // Loaded late: the package carries every generated API class and costs a second of start-up.
    const { KubeConfig } = await import('@kubernetes/client-node');
    const config = new KubeConfig();
    config.loadFromString(yaml);
    const server = config.getCurrentCluster()?.server;
    if (!server) throw new RemoteError(`The kubeconfig of ${cluster} names no server`, 'Unreachable');
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const { ca, cert, key, rejectUnauthorized, servername, headers } = options;
    return new KubeConnection(cluster, server, { ca, cert, key, rejectUnauthorized, servername, headers });
  }
}
