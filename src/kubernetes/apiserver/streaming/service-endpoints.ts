import { randomInt } from 'node:crypto';
import type { Service } from '../../api/generated/core-v1.ts';
import type { EndpointSlice } from '../../api/generated/discovery-v1.ts';
import { endpointSlices } from '../../api/resources.ts';
import type { ObjectStore } from '../registry.ts';
import { serviceUnavailable } from './proxy-target.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';

export interface EndpointAddress {
  ip: string;
  port: number;
}

/** One ready endpoint of a service's port, by the port's number or name; chance decides among several. */
export function pickEndpoint(store: ObjectStore, service: Service, port: string): EndpointAddress {
  const { name = '', namespace = '' } = service.metadata;
  const portName = nameOfPort(service, port);
  const slices = store.list(endpointSlices, namespace).filter((slice) => slice.metadata.labels?.[SERVICE_NAME] === name);
  const candidates = slices.flatMap((slice) => readyAddresses(slice, portName));
  const chosen = candidates[candidates.length > 1 ? randomInt(candidates.length) : 0];
  if (!chosen) throw serviceUnavailable(`no endpoints available for service "${name}"`);
  return chosen;
}

function nameOfPort({ spec, metadata }: Service, port: string): string {
  if (!/^\d+$/.test(port)) return port;
  const found = spec?.ports?.find((candidate) => candidate.port === Number(port));
  if (!found) throw serviceUnavailable(`no service port ${port} found for service "${metadata.name}"`);
  return found.name ?? '';
}

function readyAddresses({ endpoints, ports = [] }: EndpointSlice, portName: string): EndpointAddress[] {
  const port = ports.find((candidate) => (candidate.name ?? '') === portName)?.port;
  if (!port) return [];
  return (endpoints ?? []).flatMap(({ addresses, conditions }) =>
    conditions?.ready === false || !addresses[0] ? [] : [{ ip: addresses[0], port }],
  );
}
