import type { FieldError } from '../../machinery/field-error.ts';
import { duplicate, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import type { ServiceSpec } from '../generated/core-v1.ts';
import { INVALID_IP, isIpv6, isValidIp } from './addresses.ts';

const FAMILIES = ['IPv4', 'IPv6'];
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const NONE = 'None';
const PATH = 'spec.clusterIPs';

/** Addresses, families and family policy agree with each other. */
export function* clusterIpRules(spec: ServiceSpec): Iterable<FieldError> {
  if (spec.type === 'ExternalName') return;
  const addresses = spec.clusterIPs ?? [];
  const families = [...familyRules(spec)];
  const standalone = [...firstAddressRules(spec, addresses), ...families];
  yield* standalone;
  const faults = [...addressRules(addresses)];
  yield* faults;
  if (addresses.length > 2) yield invalidValue(PATH, addresses, 'may only hold up to 2 values');
  if (faults.length > 0) return;
  const mixed = addresses.length > 1 && new Set(addresses.map(isIpv6)).size < 2;
  if (mixed) yield invalidValue(PATH, addresses, 'may specify no more than one IP for each IP family');
  const sound = standalone.length === 0 && addresses.length <= 2 && !mixed;
  if (sound && addresses[0] !== NONE) yield* matchRules(addresses, spec.ipFamilies ?? []);
}

function* firstAddressRules({ clusterIP }: ServiceSpec, addresses: readonly string[]): Iterable<FieldError> {
  if (clusterIP) {
    if (addresses.length === 0) yield required(PATH);
    else if (addresses[0] !== clusterIP) yield invalidValue(PATH, addresses, 'first value must match `clusterIP`');
  } else if (addresses.length > 0) yield invalidValue(PATH, addresses, 'must be empty when `clusterIP` is not specified');
}

function* familyRules({ ipFamilies = [], ipFamilyPolicy }: ServiceSpec): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const [index, family] of (ipFamilies ?? []).entries()) {
    const path = `spec.ipFamilies[${index}]`;
    if (!FAMILIES.includes(family)) yield notSupported(path, family, FAMILIES);
    if (seen.has(family)) yield duplicate(path, family);
    seen.add(family);
  }
  if (ipFamilyPolicy !== undefined && !POLICIES.includes(ipFamilyPolicy))
    yield notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, POLICIES);
}

function* addressRules(addresses: readonly string[]): Iterable<FieldError> {
  for (const [index, address] of addresses.entries()) {
    if (index === 0 && address === NONE) {
      if (addresses.length > 1) yield invalidValue(PATH, addresses, "'None' must be the first and only value");
    } else if (!isValidIp(address)) yield invalidValue(`${PATH}[${index}]`, address, INVALID_IP);
  }
}

function* matchRules(addresses: readonly string[], families: readonly string[]): Iterable<FieldError> {
  for (const [index, address] of addresses.entries()) {
    const family = families[index];
    if (family && family !== (isIpv6(address) ? 'IPv6' : 'IPv4')) {
      yield invalidValue(`${PATH}[${index}]`, address, `expected an ${family} value as indicated by \`ipFamilies[${index}]\``);
    }
  }
}

/** The first address and family stay; a second comes and goes with the policy. */
export function* clusterIpUpdateRules(next: ServiceSpec, previous: ServiceSpec): Iterable<FieldError> {
  if (next.type === 'ExternalName' || previous.type === 'ExternalName') return;
  const headless = next.clusterIPs?.[0] === NONE && previous.clusterIPs?.[0] === NONE;
  if (!headless) yield* keptRules(next.clusterIPs ?? [], previous.clusterIPs ?? [], next, 'clusterIP');
  yield* keptRules(next.ipFamilies ?? [], previous.ipFamilies ?? [], next, 'ipFamily');
}

function* keptRules(
  after: readonly string[],
  before: readonly string[],
  next: ServiceSpec,
  what: 'clusterIP' | 'ipFamily',
): Iterable<FieldError> {
  const path = what === 'clusterIP' ? PATH : 'spec.ipFamilies';
  if (after.length === before.length) {
    for (const [index, value] of before.entries())
      if (after[index] !== value) yield invalidValue(`${path}[${index}]`, after, 'may not change once set');
    return;
  }
  const changed = before.length > 0 && after.length > 0 && after[0] !== before[0];
  if (before.length > after.length && after.length === 0) yield invalidValue(`${path}[0]`, after, `primary ${what} can not be unset`);
  if (changed) yield invalidValue(`${path}[0]`, after, 'may not change once set');
  if (before.length > after.length && after.length === 1 && next.ipFamilyPolicy !== 'SingleStack') {
    yield invalidValue('spec.ipFamilyPolicy', next.ipFamilyPolicy, `must be set to 'SingleStack' when releasing the secondary ${what}`);
  }
}
