import type { Service, ServiceSpec } from '../../api/generated/core-v1.ts';
import { clusterIpRules } from '../../api/validation/service-cluster-ips.ts';
import type { FieldError } from '../../machinery/field-error.ts';
import { invalid } from '../../machinery/status.ts';
import { invalidValue } from '../../machinery/validation/faults.ts';
import { familyOf, type IpFamily } from './ip-range.ts';
import { hasAddresses, needsClusterIp } from './service-needs.ts';

const OTHER: Readonly<Record<IpFamily, IpFamily>> = { IPv4: 'IPv6', IPv6: 'IPv4' };

/** Decides which address families a service has; `cluster` are those of the cluster, its own first. */
export function chooseFamilies(service: Service, previous: ServiceSpec | undefined, cluster: readonly IpFamily[]): void {
  const { spec } = service;
  if (!spec || !needsClusterIp(spec) || keepsPreferredFamilies(spec, previous)) return;
  spec.ipFamilyPolicy ??= previous?.ipFamilyPolicy ?? (isSelectorless(spec) ? 'RequireDualStack' : 'SingleStack');
  reject(service, [...clusterIpRules(spec)]);
  reject(service, [...policyFaults(spec, previous), ...inferFamilies(spec, cluster)]);
  if (!isSelectorless(spec)) reject(service, [...unsupportedFaults(spec, cluster)]);
  fillFamilies(spec, cluster);
}

/** Nobody's endpoints are known: such a service may promise families that the cluster does not have. */
const isSelectorless = (spec: ServiceSpec): boolean => spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0;

function reject(service: Service, faults: readonly FieldError[]): void {
  if (faults.length > 0) throw invalid({ group: '', kind: 'Service' }, service.metadata.name ?? '', faults);
}

/** A service that merely prefers two families does not change with the cluster unless someone asks. */
export function keepsPreferredFamilies(spec: ServiceSpec, previous: ServiceSpec | undefined): boolean {
  if (!previous || spec.type !== previous.type || !needsClusterIp(spec)) return false;
  if (spec.ipFamilyPolicy !== 'PreferDualStack' || (previous.ipFamilyPolicy ?? 'PreferDualStack') !== 'PreferDualStack') return false;
  return same(spec.clusterIPs, previous.clusterIPs) && same(spec.ipFamilies, previous.ipFamilies);
}

const same = (a: readonly string[] | undefined = [], b: readonly string[] | undefined = []): boolean => a.join() === b.join();

/** To say SingleStack is to let the second go; anything else must not lose it in silence. */
function* policyFaults(spec: ServiceSpec, previous: ServiceSpec | undefined): Iterable<FieldError> {
  const path = 'spec.ipFamilyPolicy';
  const policy = spec.ipFamilyPolicy;
  if (policy === 'SingleStack') {
    if (previous && same(spec.clusterIPs, previous.clusterIPs)) spec.clusterIPs = spec.clusterIPs?.slice(0, 1);
    if (previous && same(spec.ipFamilies, previous.ipFamilies)) spec.ipFamilies = spec.ipFamilies?.slice(0, 1);
    const both = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
    if (spec.clusterIPs?.length === 2) yield invalidValue(path, policy, `${both} cluster IPs are specified`);
    if (spec.ipFamilies?.length === 2) yield invalidValue(path, policy, `${both} IP families are specified`);
    return;
  }
  const lost = (after: readonly string[] = [], before: readonly string[] = []) => after.length > 0 && after.length < before.length;
  if (lost(spec.clusterIPs, previous?.clusterIPs))
    yield invalidValue(path, policy, "must be 'SingleStack' to release the secondary cluster IP");
  if (lost(spec.ipFamilies, previous?.ipFamilies))
    yield invalidValue(path, policy, "must be 'SingleStack' to release the secondary IP family");
}

/** Addresses that were named say their families. */
function* inferFamilies(spec: ServiceSpec, cluster: readonly IpFamily[]): Iterable<FieldError> {
  if (!hasAddresses(spec)) return;
  for (const [index, address] of (spec.clusterIPs ?? []).entries()) {
    if (index < (spec.ipFamilies?.length ?? 0)) continue;
    const family = familyOf(address);
    if (cluster.includes(family)) spec.ipFamilies = [...(spec.ipFamilies ?? []), family];
    else yield invalidValue(`spec.clusterIPs[${index}]`, spec.clusterIPs, `${family} is not configured on this cluster`);
  }
}

function* unsupportedFaults(spec: ServiceSpec, cluster: readonly IpFamily[]): Iterable<FieldError> {
  if (spec.ipFamilyPolicy === 'RequireDualStack' && cluster.length < 2)
    yield invalidValue('spec.ipFamilyPolicy', spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services');
  for (const [index, family] of (spec.ipFamilies ?? []).entries())
    if (!cluster.includes(family as IpFamily)) yield invalidValue(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster');
}

function fillFamilies(spec: ServiceSpec, cluster: readonly IpFamily[]): void {
  if (!spec.ipFamilies?.length) spec.ipFamilies = [cluster[0] ?? 'IPv4'];
  const wantsBoth = spec.ipFamilyPolicy !== 'SingleStack' && (cluster.length === 2 || isSelectorless(spec));
  if (wantsBoth && spec.ipFamilies.length === 1) spec.ipFamilies.push(OTHER[spec.ipFamilies[0] as IpFamily]);
}
