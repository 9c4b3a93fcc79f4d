import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, duplicate, immutable, invalidValue, notSupported, required, tooMany } from '../../machinery/validation/faults.ts';
import { isDns1123Label, isDns1123Subdomain, isLabelValue } from '../../machinery/validation/names.ts';
import { labelRules } from '../../machinery/validation/object-meta.ts';
import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from '../generated/discovery-v1.ts';
import { INVALID_IP, isIpv4, isIpv6, isValidIp, nonSpecialIpRules } from './addresses.ts';
import { appProtocolRules, PROTOCOLS } from './endpoints.ts';

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const MAX = { endpoints: 1000, addresses: 100, ports: 20_000, topology: 16, hints: 8 };
const ZONE = 'topology.kubernetes.io/zone';

/** Faults of an endpoint slice. */
export function* endpointSliceRules(next: EndpointSlice, previous?: EndpointSlice): Iterable<FieldError> {
  const { addressType } = next;
  if (!addressType) yield required('addressType');
  else if (!ADDRESS_TYPES.includes(addressType)) yield notSupported('addressType', addressType, ADDRESS_TYPES);
  const endpoints = next.endpoints ?? [];
  if (endpoints.length > MAX.endpoints) yield tooMany('endpoints', endpoints.length, MAX.endpoints);
  else for (const [index, endpoint] of endpoints.entries()) yield* endpointRules(endpoint, addressType, `endpoints[${index}]`);
  yield* portsRules(next.ports ?? []);
  if (previous && addressType !== previous.addressType) yield immutable('addressType', addressType ?? '');
}

function* endpointRules(endpoint: Endpoint, addressType: string, path: string): Iterable<FieldError> {
  const { addresses = [], nodeName, hostname, hints, deprecatedTopology } = endpoint;
  if (!addresses?.length) yield required(`${path}.addresses`, 'must contain at least 1 address');
  else if (addresses.length > MAX.addresses) yield tooMany(`${path}.addresses`, addresses.length, MAX.addresses);
  for (const [index, address] of (addresses ?? []).entries()) yield* addressRules(address, addressType, `${path}.addresses[${index}]`);
  if (nodeName !== undefined) yield* complaints(`${path}.nodeName`, nodeName, isDns1123Subdomain(nodeName));
  yield* topologyRules(deprecatedTopology ?? {}, `${path}.deprecatedTopology`);
  if (hostname !== undefined) yield* complaints(`${path}.hostname`, hostname, isDns1123Label(hostname));
  if (hints) yield* hintRules(hints, `${path}.hints`);
}

function* addressRules(address: string, addressType: string, path: string): Iterable<FieldError> {
  switch (addressType) {
    case 'IPv4':
    case 'IPv6': {
      if (!isValidIp(address)) yield invalidValue(path, address, INVALID_IP);
      else if (!(addressType === 'IPv4' ? isIpv4 : isIpv6)(address)) yield invalidValue(path, address, `must be an ${addressType} address`);
      yield* nonSpecialIpRules(address, path);
      break;
    }
    case 'FQDN':
      yield* fqdnRules(address, path);
  }
}

function* fqdnRules(name: string, path: string): Iterable<FieldError> {
  if (name === '') yield required(path);
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  const faults = isDns1123Subdomain(bare);
  yield* complaints(path, name, faults);
  if (faults.length === 0 && bare.split('.').length < 2)
    yield invalidValue(path, name, 'should be a domain with at least two segments separated by dots');
}

function* topologyRules(topology: Readonly<Record<string, string>>, path: string): Iterable<FieldError> {
  const count = Object.keys(topology).length;
  if (count > MAX.topology) yield tooMany(path, count, MAX.topology);
  yield* labelRules(topology, path);
  if (ZONE in topology) yield invalidValue(`${path}[${ZONE}]`, topology[ZONE], 'must not be set; use zone field');
}

function* hintRules({ forZones = [], forNodes = [] }: EndpointHints, path: string): Iterable<FieldError> {
  yield* namedHintRules(forZones ?? [], isLabelValue, `${path}.forZones`);
  yield* namedHintRules(forNodes ?? [], isDns1123Subdomain, `${path}.forNodes`);
}

function* namedHintRules(hints: readonly { name: string }[], check: (name: string) => string[], path: string): Iterable<FieldError> {
  if (hints.length > MAX.hints) {
    yield tooMany(path, hints.length, MAX.hints);
    return;
  }
  const seen = new Set<string>();
  for (const [index, { name = '' }] of hints.entries()) {
    if (seen.has(name)) yield duplicate(`${path}[${index}].name`, name);
    else yield* complaints(`${path}[${index}].name`, name, check(name));
    seen.add(name);
  }
}

function* portsRules(ports: readonly EndpointPort[]): Iterable<FieldError> {
  if (ports.length > MAX.ports) yield tooMany('ports', ports.length, MAX.ports);
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) yield* portRules(port, names, `ports[${index}]`);
}

function* portRules({ name = '', protocol, appProtocol }: EndpointPort, names: Set<string>, path: string): Iterable<FieldError> {
  if (name) yield* complaints(`${path}.name`, name, isDns1123Label(name));
  if (names.has(name)) yield duplicate(`${path}.name`, name);
  names.add(name);
  if (!protocol || !PROTOCOLS.includes(protocol)) yield notSupported(`${path}.protocol`, protocol ?? '', PROTOCOLS);
  if (appProtocol !== undefined) yield* appProtocolRules(appProtocol, `${path}.appProtocol`);
}
