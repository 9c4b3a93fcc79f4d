import type { ServerResponse } from 'node:http';
import type { KubeletOptions } from '../options.ts';
import type { PodManager } from '../pods/pod-manager.ts';
import type { StatusManager } from '../status/status-manager.ts';
import type { Route } from './kubelet-server.ts';

export interface StateRouteParts {
  pods: PodManager;
  statuses: StatusManager;
  options: KubeletOptions;
}

/** Health, pods and configuration. */
export function stateRoutes({ pods, statuses, options }: StateRouteParts): Route[] {
  return [
    { path: '/healthz', handle: async (_, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('ok') },
    { path: '/pods', handle: async (_, response) => sendJson(response, podList(pods, statuses)) },
    { path: '/configz', handle: async (_, response) => sendJson(response, { kubeletconfig: configuration(options) }) },
  ];
}

export function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function podList(pods: PodManager, statuses: StatusManager): object {
  const items = [...pods.workers].map(({ pod }) => ({ ...pod, status: statuses.get(pod.metadata.uid) ?? pod.status }));
  return { kind: 'PodList', apiVersion: 'v1', metadata: {}, items };
}

/** In the shape of KubeletConfiguration, as far as this kubelet can be configured. */
function configuration(options: KubeletOptions): object {
  return {
    kind: 'KubeletConfiguration',
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    address: options.address,
    port: options.port,
    tlsCertFile: options.tlsCertificate,
    tlsPrivateKeyFile: options.tlsKey,
    authentication: { x509: { clientCAFile: options.clientCA }, webhook: { enabled: true }, anonymous: { enabled: false } },
    authorization: { mode: 'Webhook' },
    clusterDomain: options.clusterDomain,
    clusterDNS: options.clusterDNS,
    maxPods: options.maxPods,
    cgroupDriver: 'cgroupfs',
    containerRuntimeEndpoint: options.runtimeEndpoint,
    resolvConf: options.resolvConf,
    staticPodPath: options.staticPodPath,
    containerLogMaxSize: '10Mi',
    containerLogMaxFiles: 5,
    nodeLeaseDurationSeconds: 40,
    systemReserved: options.systemReserved,
  };
}
