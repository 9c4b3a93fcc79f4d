import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, duplicate, invalidValue, notSupported, required, tooLong } from '../../machinery/validation/faults.ts';
import { isDns1123Label, isDns1123Subdomain, isQualifiedName } from '../../machinery/validation/names.ts';
import { labelRules } from '../../machinery/validation/object-meta.ts';
import type { PodSpec } from '../generated/core-v1.ts';
import { internalForm } from '../internal-form/internal-form.ts';
import { affinityRules, topologySpreadRules } from './affinity.ts';
import { containerResourceRules, podResourceRules } from './container-resources.ts';
import { containersRules, ephemeralContainersRules, initContainersRules, type PodContext } from './containers.ts';
import { dnsConfigRules, dnsPolicyRules, hostAliasRules, hostNetworkRules } from './pod-network.ts';
import { operatingSystemRules } from './pod-os.ts';
import { podSecurityContextRules } from './security-context.ts';
import { tolerationsRules } from './tolerations.ts';
import { soundVolumes, volumesRules } from './volumes.ts';
import { hostProcessRules } from './windows-options.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];
const MAX_HOSTNAME = 64;
const MAX_INT32 = 2 ** 31 - 1;

/** Faults of the spec of a pod or of a template of pods. */
export function* podSpecRules(spec: PodSpec, isPod: boolean, path: string): Iterable<FieldError> {
  const claims = (spec.resourceClaims ?? []).map(({ name }) => name);
  const context: PodContext = { spec, volumes: soundVolumes(spec.volumes ?? []), claims, isPod };
  yield* volumesRules(spec.volumes ?? [], `${path}.volumes`);
  yield* claimRules(spec, `${path}.resourceClaims`);
  yield* containersRules(spec.containers ?? [], context, `${path}.containers`);
  yield* initContainersRules(spec.initContainers ?? [], context, `${path}.initContainers`);
  yield* ephemeralContainersRules(spec.ephemeralContainers ?? [], context, `${path}.ephemeralContainers`);
  if (spec.resources) yield* podResourceRules(spec.resources, claims, `${path}.resources`);
  yield* hostNetworkRules(spec, isPod, path);
  yield* restartPolicyRules(spec.restartPolicy, `${path}.restartPolicy`);
  yield* dnsPolicyRules(spec.dnsPolicy, `${path}.dnsPolicy`);
  yield* labelRules(spec.nodeSelector, `${path}.nodeSelector`);
  yield* podSecurityContextRules(spec, `${path}.securityContext`);
  yield* affinityRules(spec.affinity, `${path}.affinity`);
  yield* dnsConfigRules(spec.dnsConfig, spec.dnsPolicy, `${path}.dnsConfig`);
  yield* gateRules(spec, path);
  yield* topologySpreadRules(spec.topologySpreadConstraints ?? [], `${path}.topologySpreadConstraints`);
  yield* hostProcessRules(spec, path);
  yield* hostUsersRules(spec, path);
  yield* nameRules(spec, path);
  yield* tolerationsRules(spec.tolerations ?? [], `${path}.tolerations`);
  yield* hostAliasRules(spec.hostAliases ?? [], `${path}.hostAliases`);
  yield* classRules(spec, path);
  if (spec.overhead) yield* containerResourceRules({ limits: spec.overhead }, [], `${path}.overhead`);
  if (spec.os) yield* operatingSystemRules(spec, path);
}

function* claimRules({ resourceClaims = [] }: PodSpec, path: string): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const [index, claim] of resourceClaims.entries()) {
    const at = `${path}[${index}]`;
    const { name = '', resourceClaimName, resourceClaimTemplateName } = claim;
    if (!name) yield required(`${at}.name`);
    else {
      if (seen.has(name)) yield duplicate(`${at}.name`, name);
      yield* complaints(`${at}.name`, name, isDns1123Label(name));
      seen.add(name);
    }
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined)
      yield invalidValue(
        at,
        internalForm(claim, 'io.k8s.api.core.v1.PodResourceClaim'),
        'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified',
      );
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined)
      yield invalidValue(
        at,
        internalForm(claim, 'io.k8s.api.core.v1.PodResourceClaim'),
        'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
      );
    if (resourceClaimName !== undefined)
      yield* complaints(`${at}.resourceClaimName`, resourceClaimName, isDns1123Subdomain(resourceClaimName));
    if (resourceClaimTemplateName !== undefined)
      yield* complaints(`${at}.resourceClaimTemplateName`, resourceClaimTemplateName, isDns1123Subdomain(resourceClaimTemplateName));
  }
}

function* restartPolicyRules(policy: string | undefined, path: string): Iterable<FieldError> {
  if (!policy) yield required(path);
  else if (!RESTART_POLICIES.includes(policy)) yield notSupported(path, policy, RESTART_POLICIES);
}

function* gateRules({ readinessGates = [], schedulingGates = [] }: PodSpec, path: string): Iterable<FieldError> {
  for (const [index, { conditionType = '' }] of readinessGates.entries()) {
    yield* complaints(`${path}.readinessGates[${index}].conditionType`, conditionType, isQualifiedName(conditionType));
  }
  const seen = new Set<string>();
  for (const [index, { name = '' }] of schedulingGates.entries()) {
    yield* complaints(`${path}.schedulingGates[${index}]`, name, isQualifiedName(name));
    if (seen.has(name)) yield duplicate(`${path}.schedulingGates[${index}]`, name);
    seen.add(name);
  }
}

/** Users of its own and the node's namespaces do not go together. */
function* hostUsersRules({ hostUsers, hostNetwork, hostPID, hostIPC }: PodSpec, path: string): Iterable<FieldError> {
  if (hostUsers !== false) return;
  const why = 'when `pod.Spec.HostUsers` is false';
  const shared = { hostNetwork, HostPID: hostPID, HostIPC: hostIPC };
  for (const [field, value] of Object.entries(shared))
    if (value) yield { type: 'FieldValueForbidden', field: `${path}.${field}`, message: `Forbidden: ${why}` };
}

function* nameRules(spec: PodSpec, path: string): Iterable<FieldError> {
  const { serviceAccountName, nodeName, activeDeadlineSeconds: deadline, hostname, hostnameOverride, subdomain } = spec;
  if (serviceAccountName) yield* complaints(`${path}.serviceAccountName`, serviceAccountName, isDns1123Subdomain(serviceAccountName));
  if (nodeName) yield* complaints(`${path}.nodeName`, nodeName, isDns1123Subdomain(nodeName));
  if (deadline !== undefined && (deadline < 1 || deadline > MAX_INT32)) {
    yield invalidValue(`${path}.activeDeadlineSeconds`, deadline, `must be between 1 and ${MAX_INT32}, inclusive`);
  }
  if (hostname) yield* complaints(`${path}.hostname`, hostname, isDns1123Label(hostname));
  if (hostnameOverride !== undefined) {
    if (hostnameOverride.length > MAX_HOSTNAME) yield tooLong(`${path}.hostnameOverride`, MAX_HOSTNAME);
    yield* complaints(`${path}.hostnameOverride`, hostnameOverride, isDns1123Subdomain(hostnameOverride));
  }
  if (subdomain) yield* complaints(`${path}.subdomain`, subdomain, isDns1123Label(subdomain));
}

function* classRules({ priorityClassName, runtimeClassName, preemptionPolicy }: PodSpec, path: string): Iterable<FieldError> {
  if (priorityClassName) yield* complaints(`${path}.priorityClassName`, priorityClassName, isDns1123Subdomain(priorityClassName));
  if (runtimeClassName !== undefined) yield* complaints(`${path}.runtimeClassName`, runtimeClassName, isDns1123Subdomain(runtimeClassName));
  if (preemptionPolicy === undefined) return;
  if ((preemptionPolicy as string) === '') yield required(`${path}.preemptionPolicy`);
  else if (!PREEMPTION_POLICIES.includes(preemptionPolicy))
    yield notSupported(`${path}.preemptionPolicy`, preemptionPolicy, PREEMPTION_POLICIES);
}
