import type { APIService, APIServiceCondition } from '../../api/generated/apiregistration-v1.ts';
import { apiServices, services } from '../../api/resources.ts';
import { notFound } from '../../machinery/status.ts';
import type { ApiServerConfig } from '../config.ts';
import type { ObjectStore } from '../registry.ts';
import type { Backend } from '../streaming/backend.ts';
import { pickEndpoint } from '../streaming/service-endpoints.ts';

const DEFAULT_PORT = 443;

/** The APIServices that another server answers for. */
export class RemoteServices {
  readonly #store: ObjectStore;
  readonly #client: ApiServerConfig['frontProxy']['client'];

  constructor(store: ObjectStore, client: ApiServerConfig['frontProxy']['client']) {
    this.#store = store;
    this.#client = client;
  }

  all(): APIService[] {
    return this.#store.list(apiServices).filter(isRemote);
  }

  find(group: string, version: string): APIService | undefined {
    const found = this.#store.get(apiServices, '', `${version}.${group}`);
    return found && isRemote(found) ? found : undefined;
  }

  /** An endpoint of the service behind it, spoken to with the front proxy's certificate. */
  backendOf({ spec }: APIService): Backend {
    const { namespace = '', name = '', port = DEFAULT_PORT } = spec.service ?? {};
    const service = this.#store.get(services, namespace, name);
    if (!service) throw notFound(services, name);
    const trust = spec.insecureSkipTLSVerify
      ? { insecure: true }
      : { ...(spec.caBundle ? { ca: Buffer.from(spec.caBundle, 'base64').toString('utf8') } : {}) };
    const tls = { ...this.#client, ...trust, servername: `${name}.${namespace}.svc` };
    if (service.spec?.type === 'ExternalName') return { scheme: 'https', hosts: [service.spec.externalName ?? ''], port, tls };
    const endpoint = pickEndpoint(this.#store, service, String(port));
    return { scheme: 'https', hosts: [endpoint.ip], port: endpoint.port, tls };
  }
}

function isRemote({ spec }: APIService): boolean {
  return spec.service !== undefined && spec.service !== null;
}

export function availability({ status }: APIService): APIServiceCondition | undefined {
  return status?.conditions?.find(({ type }) => type === 'Available');
}

export function isAvailable(service: APIService): boolean {
  return availability(service)?.status === 'True';
}

/** `/apis/<group>/<version>` */
export function rootOf({ spec }: APIService): string {
  return spec.group ? `/apis/${spec.group}/${spec.version}` : `/api/${spec.version}`;
}
