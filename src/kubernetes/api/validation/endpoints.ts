import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isDns1123Label, isDns1123Subdomain, isPortNumber, isQualifiedName } from '../../machinery/validation/names.ts';
import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints } from '../generated/core-v1.ts';
import { INVALID_IP, isValidIp, nonSpecialIpRules } from './addresses.ts';

export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'] as const;

/** Faults of Endpoints. */
export function* endpointsRules({ subsets = [] }: Endpoints): Iterable<FieldError> {
  for (const [index, subset] of subsets.entries()) yield* subsetRules(subset, `subsets[${index}]`);
}

function* subsetRules({ addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset, path: string): Iterable<FieldError> {
  if (addresses.length === 0 && notReadyAddresses.length === 0) yield required(path, 'must specify `addresses` or `notReadyAddresses`');
  for (const [index, address] of addresses.entries()) yield* addressRules(address, `${path}.addresses[${index}]`);
  for (const [index, address] of notReadyAddresses.entries()) yield* addressRules(address, `${path}.notReadyAddresses[${index}]`);
  for (const [index, port] of ports.entries()) yield* portRules(port, ports.length > 1, `${path}.ports[${index}]`);
}

function* addressRules({ ip = '', hostname, nodeName }: EndpointAddress, path: string): Iterable<FieldError> {
  if (!isValidIp(ip)) yield invalidValue(`${path}.ip`, ip, INVALID_IP);
  if (hostname) yield* complaints(`${path}.hostname`, hostname, isDns1123Label(hostname));
  if (nodeName !== undefined) yield* complaints(`${path}.nodeName`, nodeName, isDns1123Subdomain(nodeName));
  // Upstream asks twice: of every address, and of those that others must reach.
  if (isValidIp(ip)) yield* nonSpecialIpRules(ip, `${path}.ip`);
  else yield invalidValue(`${path}.ip`, ip, 'must be a valid IP address');
}

function* portRules({ name = '', port = 0, protocol, appProtocol }: EndpointPort, named: boolean, path: string): Iterable<FieldError> {
  if (named && !name) yield required(`${path}.name`);
  else if (name) yield* complaints(`${path}.name`, name, isDns1123Label(name));
  yield* complaints(`${path}.port`, port, isPortNumber(port));
  if (!protocol) yield required(`${path}.protocol`);
  else if (!PROTOCOLS.includes(protocol)) yield notSupported(`${path}.protocol`, protocol, PROTOCOLS);
  if (appProtocol !== undefined) yield* appProtocolRules(appProtocol, `${path}.appProtocol`);
}

/** An application protocol is named as a label key. */
export function* appProtocolRules(value: string, path: string): Iterable<FieldError> {
  yield* complaints(path, value, isQualifiedName(value));
}
