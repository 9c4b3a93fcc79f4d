import type { Node } from '../../api/generated/core-v1.ts';
import { nodes } from '../../api/resources.ts';
import { internalError, notFound } from '../../machinery/status.ts';
import type { ApiServerConfig } from '../config.ts';
import type { ObjectStore } from '../registry.ts';
import type { Backend } from './backend.ts';

const DEFAULT_PORT = 10250;

/** Names first: an address may be another one after a restart, a name is not. */
const ADDRESS_TYPES = ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP'];

/** How to reach the kubelet of a node, as this server. */
export class Kubelets {
  readonly #store: ObjectStore;
  readonly #config: ApiServerConfig['kubelet'];

  constructor(store: ObjectStore, config: ApiServerConfig['kubelet']) {
    this.#store = store;
    this.#config = config;
  }

  of(nodeName: string): Backend {
    const node = this.#store.get(nodes, '', nodeName);
    if (!node) throw notFound(nodes, nodeName);
    const hosts = addressesOf(node);
    if (hosts.length === 0) throw internalError(`no preferred addresses found; known addresses: []`);
    const { client, ca } = this.#config;
    return {
      scheme: 'https',
      hosts,
      port: node.status?.daemonEndpoints?.kubeletEndpoint?.Port || DEFAULT_PORT,
      tls: { ...(client ?? {}), ...(ca ? { ca, servername: nodeName } : { insecure: true }) },
    };
  }
}

function addressesOf(node: Node): string[] {
  const known = node.status?.addresses ?? [];
  const ordered = ADDRESS_TYPES.flatMap((type) => known.filter((address) => address.type === type).map(({ address }) => address));
  return [...new Set(ordered)];
}
