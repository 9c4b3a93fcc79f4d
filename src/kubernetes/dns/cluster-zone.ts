import { isIPv4, isIPv6 } from 'node:net';
import type { Answer as DnsRecord, Question } from 'dns-packet';
import type { Service } from '../api/generated/core-v1.ts';
import { type Answer, found, noData, noSuchName } from './answer.ts';
import { addressesOf, type ClusterRecords, isHeadless, type NamedEndpoint } from './cluster-records.ts';
import { type Asked, addressOfReverse, isWithin, normalize, parseName, undash } from './names.ts';

/** Seconds that clients may remember what we say. Short: services and pods come and go. */
const TTL = 5;
/** The version of the Kubernetes DNS specification. */
const SPECIFICATION = '1.1.0';

interface ServicePort {
  name: string;
  protocol: string;
  port: number;
}

/** Answers for the cluster's domain and for the reverse names of its addresses. */
export class ClusterZone {
  readonly #zone: string;
  readonly #records: ClusterRecords;

  constructor(domain: string, records: ClusterRecords) {
    this.#zone = normalize(domain);
    this.#records = records;
  }

  /** Undefined: the question is not about this cluster. */
  answer(question: Question): Answer | undefined {
    const name = normalize(question.name);
    if (isWithin(name, this.#zone)) {
      const answer = this.#inZone(question, parseName(name, this.#zone));
      // An unknown name may only be one that we have not heard of yet.
      return answer.code === 'NXDOMAIN' && !this.#records.synced ? { ...answer, code: 'SERVFAIL' } : answer;
    }
    return this.#reverse(question, name);
  }

  /** The record that goes with negative answers, telling how long they hold. */
  authority(): DnsRecord {
    const data = {
      mname: `ns.dns.${this.#zone}`,
      rname: `hostmaster.${this.#zone}`,
      serial: 1,
      refresh: 7200,
      retry: 1800,
      expire: 86_400,
      minimum: TTL,
    };
    return { type: 'SOA', name: this.#zone, ttl: TTL, data };
  }

  #inZone(question: Question, asked: Asked): Answer {
    switch (asked.kind) {
      case 'apex':
        return this.#apex(question);
      case 'version':
        return question.type === 'TXT' ? found([{ type: 'TXT', name: question.name, ttl: TTL, data: SPECIFICATION }]) : noData();
      case 'branch':
        return asked.namespace === undefined || this.#records.hasNamespace(asked.namespace) ? noData() : noSuchName();
      case 'pod':
        return this.#pod(question, asked.address);
      case 'unknown':
        return noSuchName();
      default: {
        const service = this.#records.service(asked.namespace, asked.service);
        return service ? this.#service(question, asked, service) : noSuchName();
      }
    }
  }

  #apex({ type, name }: Question): Answer {
    if (type === 'SOA') return found([this.authority()]);
    return type === 'NS' ? found([{ type: 'NS', name, ttl: TTL, data: `ns.dns.${this.#zone}` }]) : noData();
  }

  #pod(question: Question, text: string): Answer {
    const address = undash(text);
    return address ? found(addressRecords(question, [address])) : noSuchName();
  }

  #service(question: Question, asked: Extract<Asked, { kind: 'service' | 'endpoint' | 'port' }>, service: Service): Answer {
    if (service.spec.type === 'ExternalName') return this.#externalName(question, asked, service.spec.externalName ?? '');
    const { namespace, service: name } = asked;
    const zoneName = `${name}.${namespace}.svc.${this.#zone}`;
    if (asked.kind === 'endpoint') {
      const endpoints = this.#records.endpoints(namespace, name).filter((endpoint) => endpoint.name.toLowerCase() === asked.hostname);
      return endpoints.length > 0
        ? found(
            addressRecords(
              question,
              endpoints.map(({ address }) => address),
            ),
          )
        : noSuchName();
    }
    const targets = isHeadless(service)
      ? endpointTargets(this.#records.endpoints(namespace, name), zoneName)
      : serviceTargets(service, zoneName);
    if (targets.length === 0) return noSuchName();
    if (asked.kind === 'service' && question.type !== 'SRV')
      return found(
        addressRecords(
          question,
          targets.flatMap(({ addresses }) => addresses),
        ),
      );
    return serverRecords(question, targets, asked.kind === 'port' ? asked : undefined);
  }

  #externalName(question: Question, asked: Asked, target: string): Answer {
    if (asked.kind !== 'service') return noSuchName();
    const alias: DnsRecord = { type: 'CNAME', name: question.name, ttl: TTL, data: target };
    if (question.type === 'CNAME') return found([alias]);
    const inside = this.answer({ ...question, name: target });
    if (!inside) return { ...found([alias]), elsewhere: target };
    return { ...inside, code: 'NOERROR', records: [alias, ...inside.records] };
  }

  #reverse({ type, name }: Question, normalized: string): Answer | undefined {
    const address = addressOfReverse(normalized);
    const names = address ? this.#records.namesOf(address) : [];
    if (names.length === 0) return undefined;
    if (type !== 'PTR') return noData();
    return found(names.map((data) => ({ type: 'PTR', name, ttl: TTL, data: `${data}.${this.#zone}` })));
  }
}

/** A host that serves ports: a service with its address, or each endpoint of a headless one. */
interface Target {
  name: string;
  addresses: string[];
  ports: ServicePort[];
}

function serviceTargets(service: Service, name: string): Target[] {
  const ports = (service.spec.ports ?? []).map((port) => ({
    name: port.name ?? '',
    protocol: (port.protocol ?? 'TCP').toLowerCase(),
    port: port.port,
  }));
  return [{ name, addresses: addressesOf(service.spec), ports }];
}

const endpointTargets = (endpoints: readonly NamedEndpoint[], zoneName: string): Target[] =>
  endpoints.map(({ name, address, ports }) => ({ name: `${name}.${zoneName}`, addresses: [address], ports }));

/** A or AAAA records, whichever is asked for. */
function addressRecords({ type, name }: Pick<Question, 'type' | 'name'>, addresses: readonly string[]): DnsRecord[] {
  if (type !== 'A' && type !== 'AAAA') return [];
  const fits = type === 'A' ? isIPv4 : isIPv6;
  return [...new Set(addresses)].filter((address) => fits(address)).map((data) => ({ type, name, ttl: TTL, data }));
}

/** SRV records with their targets' addresses; `wanted` names one port, else all named ones are meant. */
function serverRecords({ type, name }: Question, targets: readonly Target[], wanted?: { port: string; protocol: string }): Answer {
  const matches = ({ name: port, protocol }: ServicePort) =>
    wanted ? port.toLowerCase() === wanted.port && protocol === wanted.protocol : true;
  const serving = targets.flatMap((target) => target.ports.filter(matches).map((port) => ({ target, port })));
  if (serving.length === 0) return noSuchName();
  if (type !== 'SRV')
    return wanted && (type === 'A' || type === 'AAAA')
      ? found(
          addressRecords(
            { type, name },
            serving.flatMap(({ target }) => target.addresses),
          ),
        )
      : noData();
  const weight = Math.max(1, Math.floor(100 / serving.length));
  const hosts = new Map(serving.map(({ target }) => [target.name, target]));
  return found(
    serving.map(({ target, port }) => ({
      type: 'SRV',
      name,
      ttl: TTL,
      data: { priority: 0, weight, port: port.port, target: target.name },
    })),
    [...hosts.values()].flatMap((target) =>
      (['A', 'AAAA'] as const).flatMap((family) => addressRecords({ type: family, name: target.name }, target.addresses)),
    ),
  );
}
