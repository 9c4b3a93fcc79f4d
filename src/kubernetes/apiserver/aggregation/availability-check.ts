import type { IncomingMessage } from 'node:http';
import { describeError } from '../../../base/errors.ts';
import type { APIService } from '../../api/generated/apiregistration-v1.ts';
import type { Service } from '../../api/generated/core-v1.ts';
import { endpointSlices, services } from '../../api/resources.ts';
import { MASTERS_GROUP } from '../authentication/identities.ts';
import type { ObjectStore } from '../registry.ts';
import type { BackendClient } from '../streaming/backend.ts';
import { send } from '../streaming/http-proxy.ts';
import { type RemoteServices, rootOf } from './remote-services.ts';
import { userHeaders } from './user-headers.ts';

/** What a check found; `resources` is the server's own list where it answered. */
export interface Outcome {
  status: 'True' | 'False';
  reason: string;
  message: string;
  resources?: ApiResourceList;
}

export interface ApiResourceList {
  resources?: ApiResource[];
}

export interface ApiResource {
  name: string;
  singularName?: string;
  namespaced: boolean;
  kind: string;
  group?: string;
  version?: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
}

const CHECKER = { username: 'system:kube-aggregator', groups: [MASTERS_GROUP] };
const TIMEOUT_MS = 5000;

/** Whether the service behind an APIService is there, and answers. */
export class AvailabilityCheck {
  readonly #store: ObjectStore;
  readonly #remote: RemoteServices;
  readonly #client: BackendClient;

  constructor(store: ObjectStore, remote: RemoteServices, client: BackendClient) {
    this.#store = store;
    this.#remote = remote;
    this.#client = client;
  }

  async run(apiService: APIService, signal: AbortSignal): Promise<Outcome> {
    return this.#serviceFault(apiService) ?? this.#discover(apiService, signal);
  }

  #serviceFault({ spec }: APIService): Outcome | undefined {
    const { namespace = '', name = '', port = 443 } = spec.service ?? {};
    const subject = `service/${name} in "${namespace}"`;
    const service = this.#store.get(services, namespace, name);
    if (!service) return fault('ServiceNotFound', `${subject} is not present`);
    if (service.spec?.type !== 'ClusterIP') return undefined;
    const listening = service.spec.ports?.find((candidate) => candidate.port === port);
    if (!listening) return fault('ServicePortError', `${subject} is not listening on port ${port}`);
    return this.#endpointFault(service, listening.name ?? '', subject);
  }

  #endpointFault({ metadata }: Service, portName: string, subject: string): Outcome | undefined {
    const slices = this.#store
      .list(endpointSlices, metadata.namespace)
      .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === metadata.name);
    if (slices.length === 0) return fault('EndpointsNotFound', `cannot find endpointslices for ${subject}`);
    const active = slices.some(
      ({ endpoints, ports }) =>
        ports?.some((port) => (port.name ?? '') === portName) && endpoints?.some(({ conditions }) => conditions?.ready !== false),
    );
    return active ? undefined : fault('MissingEndpoints', `endpointslices for ${subject} have no addresses with port name "${portName}"`);
  }

  async #discover(apiService: APIService, signal: AbortSignal): Promise<Outcome> {
    const path = rootOf(apiService);
    let url = path;
    try {
      const backend = this.#remote.backendOf(apiService);
      url = `https://${backend.hosts[0]}:${backend.port}${path}`;
      const headers = { ...userHeaders(CHECKER), accept: 'application/json' };
      const answer = await send(this.#client, backend, {
        method: 'GET',
        path,
        headers,
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      const text = await textOf(answer);
      const code = answer.statusCode ?? 0;
      if (code < 200 || code > 299)
        return fault('FailedDiscoveryCheck', `failing or missing response from ${url}: bad status from ${url}: ${code}`);
      return { status: 'True', reason: 'Passed', message: 'all checks passed', resources: JSON.parse(text) as ApiResourceList };
    } catch (error) {
      return fault('FailedDiscoveryCheck', `failing or missing response from ${url}: Get "${url}": ${describeError(error)}`);
    }
  }
}

function fault(reason: string, message: string): Outcome {
  return { status: 'False', reason, message };
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return text;
}
