import type { ClusterService } from '../../ipc/cluster.ts';
import { readCredential, tlsOptions } from '../../kubernetes/client/credentials.ts';
import { loadKubeconfig } from '../../kubernetes/client/kubeconfig.ts';
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
    const config = loadKubeconfig(await this.#kubeconfigOf(cluster));
    const token = readCredential(config.token)?.trim();
    return new KubeConnection(cluster, config.server, {
      ...tlsOptions(config),
      ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}),
    });
  }
}
