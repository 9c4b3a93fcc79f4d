import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, forbiddenField, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isPortName, isPortNumber } from '../../machinery/validation/names.ts';
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec } from '../generated/networking-v1.ts';
import { INVALID_CIDR, parseCidr } from './addresses.ts';
import { labelSelectorRules } from './label-selector.ts';

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const POLICY_TYPES = ['Ingress', 'Egress'];

/** Faults of a network policy. */
export function* networkPolicyRules({ spec = {} }: NetworkPolicy): Iterable<FieldError> {
  yield* labelSelectorRules(spec.podSelector, 'spec.podSelector');
  for (const [index, { ports, from }] of (spec.ingress ?? []).entries()) {
    yield* portsRules(ports ?? [], `spec.ingress[${index}].ports`);
    yield* peersRules(from ?? [], `spec.ingress[${index}].from`);
  }
  for (const [index, { ports, to }] of (spec.egress ?? []).entries()) {
    yield* portsRules(ports ?? [], `spec.egress[${index}].ports`);
    yield* peersRules(to ?? [], `spec.egress[${index}].to`);
  }
  yield* typesRules(spec, 'spec.policyTypes');
}

function* typesRules({ policyTypes = [] }: NetworkPolicySpec, path: string): Iterable<FieldError> {
  if (policyTypes.length > POLICY_TYPES.length) {
    yield invalidValue(path, policyTypes, 'may not specify more than two policyTypes');
    return;
  }
  for (const [index, type] of policyTypes.entries()) {
    if (!POLICY_TYPES.includes(type)) yield notSupported(`${path}[${index}]`, type, POLICY_TYPES);
  }
}

function* portsRules(ports: readonly NetworkPolicyPort[], path: string): Iterable<FieldError> {
  for (const [index, port] of ports.entries()) yield* portRules(port, `${path}[${index}]`);
}

function* portRules({ protocol, port, endPort }: NetworkPolicyPort, path: string): Iterable<FieldError> {
  if (protocol !== undefined && !PROTOCOLS.includes(protocol)) yield notSupported(`${path}.protocol`, protocol, PROTOCOLS);
  if (typeof port === 'number') {
    yield* complaints(`${path}.port`, port, isPortNumber(port));
    if (endPort === undefined) return;
    if (endPort < port) yield invalidValue(`${path}.endPort`, port, 'must be greater than or equal to `port`');
    yield* complaints(`${path}.endPort`, endPort, isPortNumber(endPort));
  } else if (port !== undefined) {
    if (endPort !== undefined) yield invalidValue(`${path}.endPort`, endPort, 'may not be specified when `port` is non-numeric');
    yield* complaints(`${path}.port`, port, isPortName(port));
  } else if (endPort !== undefined) yield invalidValue(`${path}.endPort`, endPort, 'may not be specified when `port` is not specified');
}

function* peersRules(peers: readonly NetworkPolicyPeer[], path: string): Iterable<FieldError> {
  for (const [index, peer] of peers.entries()) yield* peerRules(peer, `${path}[${index}]`);
}

function* peerRules({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, path: string): Iterable<FieldError> {
  if (podSelector) yield* labelSelectorRules(podSelector, `${path}.podSelector`);
  if (namespaceSelector) yield* labelSelectorRules(namespaceSelector, `${path}.namespaceSelector`);
  if (ipBlock) yield* blockRules(ipBlock, `${path}.ipBlock`);
  if (ipBlock && (podSelector || namespaceSelector)) yield forbiddenField(path, 'may not specify both ipBlock and another peer');
  else if (!ipBlock && !podSelector && !namespaceSelector) yield required(path, 'must specify a peer');
}

function* blockRules({ cidr, except = [] }: IPBlock, path: string): Iterable<FieldError> {
  if (!cidr) {
    yield required(`${path}.cidr`);
    return;
  }
  const whole = parseCidr(cidr);
  if (!whole) {
    yield invalidValue(`${path}.cidr`, cidr, INVALID_CIDR);
    return;
  }
  for (const [index, text] of except.entries()) {
    const part = parseCidr(text);
    if (!part) yield invalidValue(`${path}.except[${index}]`, text, INVALID_CIDR);
    else if (!isStrictlyWithin(part, whole)) {
      yield invalidValue(`${path}.except[${index}]`, text, 'must be a strict subset of `cidr`');
    }
  }
}

type Cidr = NonNullable<ReturnType<typeof parseCidr>>;

function isStrictlyWithin(part: Cidr, whole: Cidr): boolean {
  if (part.bytes.length !== whole.bytes.length || part.length <= whole.length) return false;
  return whole.bytes.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, whole.length - index * 8));
    const mask = (0xff << (8 - bits)) & 0xff;
    return (byte & mask) === ((part.bytes[index] ?? 0) & mask);
  });
}
