import type { Pod } from '../../api/generated/core-v1.ts';
import { nodes, pods, services } from '../../api/resources.ts';
import { notFound } from '../../machinery/status.ts';
import type { ObjectStore } from '../registry.ts';
import type { RequestContext } from '../request.ts';
import type { Backend } from './backend.ts';
import type { Kubelets } from './kubelets.ts';
import { checkAddress, parseProxyTarget } from './proxy-target.ts';
import { pickEndpoint } from './service-endpoints.ts';

/** Where the object that a proxy request names can be reached. */
export type Locate = (request: RequestContext) => Backend;

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** The kubelet with this server's certificate; any other port of the node without. */
export function nodeLocation(store: ObjectStore, kubelets: Kubelets): Locate {
  return ({ info }) => {
    const { scheme, name, port } = parseProxyTarget('node', info.name);
    if (!store.get(nodes, '', name)) throw notFound(nodes, name);
    const kubelet = kubelets.of(name);
    if (port === '' || Number(port) === kubelet.port) return kubelet;
    for (const host of kubelet.hosts) checkAddress(host);
    return { scheme, hosts: kubelet.hosts, port: Number(port) };
  };
}

export function podLocation(store: ObjectStore): Locate {
  return ({ info }) => {
    const { scheme, name, port } = parseProxyTarget('pod', info.name);
    const pod = store.get(pods, info.namespace, name);
    if (!pod) throw notFound(pods, name);
    const address = pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP ?? '';
    checkAddress(address);
    return { scheme, hosts: [address], port: Number(port) || firstPort(pod) || DEFAULT_PORTS[scheme] };
  };
}

function firstPort(pod: Pod): number | undefined {
  return (pod.spec?.containers ?? []).flatMap((container) => container.ports ?? [])[0]?.containerPort;
}

export function serviceLocation(store: ObjectStore): Locate {
  return ({ info }) => {
    const { scheme, name, port } = parseProxyTarget('service', info.name);
    const service = store.get(services, info.namespace, name);
    if (!service) throw notFound(services, name);
    const endpoint = pickEndpoint(store, service, port);
    checkAddress(endpoint.ip);
    return { scheme, hosts: [endpoint.ip], port: endpoint.port };
  };
}
