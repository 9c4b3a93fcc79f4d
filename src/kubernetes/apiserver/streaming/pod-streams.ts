import type { Duplex } from 'node:stream';
import { describeError } from '../../../base/errors.ts';
import { pods } from '../../api/resources.ts';
import { ApiError, badRequest, internalError } from '../../machinery/status.ts';
import type { SubresourceHandler } from '../extensions.ts';
import type { ObjectStore } from '../registry.ts';
import type { RequestContext } from '../request.ts';
import type { AdmissionChain } from '../writes/admission-chain.ts';
import type { BackendClient } from './backend.ts';
import { admitConnect } from './connect-options.ts';
import { chooseContainer, nodeOf, podOf } from './containers.ts';
import { forwardedHeaders } from './forwarded-headers.ts';
import type { Kubelets } from './kubelets.ts';
import { proxyUpgrade } from './upgrade-proxy.ts';

export interface StreamingParts {
  store: ObjectStore;
  kubelets: Kubelets;
  client: BackendClient;
  admission: AdmissionChain;
}

/** The kubelet's path for a client's request. */
type Locate = (request: RequestContext, store: ObjectStore) => { nodeName: string; path: string };

/** How the API names the streams of a session, and how the kubelet does. */
const STREAM_PARAMETERS = { stdin: 'input', stdout: 'output', stderr: 'error', tty: 'tty' } as const;

/** `pods/exec`, `pods/attach` and `pods/portforward`: the bytes of the upgraded connection go to the kubelet as they are. */
export function podStreams(parts: StreamingParts): SubresourceHandler[] {
  return [
    podStream('exec', 'PodExecOptions', inContainer('exec'), parts),
    podStream('attach', 'PodAttachOptions', inContainer('attach'), parts),
    podStream('portforward', 'PodPortForwardOptions', portForward, parts),
  ];
}

function podStream(
  subresource: string,
  kind: string,
  locate: Locate,
  { store, kubelets, client, admission }: StreamingParts,
): SubresourceHandler {
  return {
    path: `pods/${subresource}`,
    discovery: { kind, verbs: ['create', 'get'] },
    async handle(request) {
      await admitConnect(admission, pods, kind, request);
      locate(request, store);
      throw badRequest('Upgrade request required');
    },
    async upgrade(request, socket, head) {
      await admitConnect(admission, pods, kind, request);
      const { nodeName, path } = locate(request, store);
      await connect(request, nodeName, path, socket, head);
    },
  };

  async function connect(request: RequestContext, nodeName: string, path: string, socket: Duplex, head: Buffer): Promise<void> {
    const backend = kubelets.of(nodeName);
    const headers = forwardedHeaders(request.headers, { upgrade: true });
    try {
      await proxyUpgrade(client, backend, { method: request.method, path, headers, signal: request.signal }, socket, head);
    } catch (error) {
      throw error instanceof ApiError ? error : internalError(`error dialing backend: ${describeError(error)}`, error);
    }
  }
}

function inContainer(action: 'exec' | 'attach'): Locate {
  return (request, store) => {
    const pod = podOf(store, request);
    const container = chooseContainer(pod, request.query.get('container') ?? '');
    const { namespace, name } = request.info;
    return { nodeName: nodeOf(pod), path: `/${action}/${namespace}/${name}/${container}?${streamQuery(request.query)}` };
  };
}

function streamQuery(query: URLSearchParams): URLSearchParams {
  const result = new URLSearchParams();
  for (const [name, kubeletName] of Object.entries(STREAM_PARAMETERS)) {
    const value = query.get(name);
    if (value !== null && value !== 'false' && value !== '0') result.set(kubeletName, '1');
  }
  for (const part of query.getAll('command')) result.append('command', part);
  return result;
}

const portForward: Locate = (request, store) => {
  const pod = podOf(store, request);
  const { namespace, name } = request.info;
  const ports = request.query.getAll('ports').flatMap((text) => text.split(','));
  const query = ports.length > 0 ? `?${new URLSearchParams({ port: ports.join(',') })}` : '';
  return { nodeName: nodeOf(pod), path: `/portForward/${namespace}/${name}${query}` };
};
