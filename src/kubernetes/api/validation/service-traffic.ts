import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isPortNumber } from '../../machinery/validation/names.ts';
import type { ServiceSpec } from '../generated/core-v1.ts';

const POLICIES = ['Cluster', 'Local'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

const isExternal = ({ type, externalIPs }: ServiceSpec): boolean =>
  type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && (externalIPs?.length ?? 0) > 0);

/** How traffic from outside and inside finds the endpoints of a service. */
export function* trafficRules(spec: ServiceSpec): Iterable<FieldError> {
  yield* externalRules(spec);
  yield* healthCheckRules(spec);
  yield* internalRules(spec);
  const { trafficDistribution: distribution } = spec;
  if (distribution !== undefined && !DISTRIBUTIONS.includes(distribution))
    yield notSupported('spec.trafficDistribution', distribution, DISTRIBUTIONS);
}

function* externalRules(spec: ServiceSpec): Iterable<FieldError> {
  const { externalTrafficPolicy: policy } = spec;
  const path = 'spec.externalTrafficPolicy';
  if (!isExternal(spec)) {
    if (policy) yield invalidValue(path, policy, 'may only be set for externally-accessible services');
  } else if (!policy) yield required(path);
  else if (!POLICIES.includes(policy)) yield notSupported(path, policy, POLICIES);
}

function* healthCheckRules({ type, externalTrafficPolicy, healthCheckNodePort: port }: ServiceSpec): Iterable<FieldError> {
  const path = 'spec.healthCheckNodePort';
  if (type === 'LoadBalancer' && externalTrafficPolicy === 'Local') {
    if (port !== undefined && port !== 0) yield* complaints(path, port, isPortNumber(port));
  } else if (port) yield invalidValue(path, port, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
}

function* internalRules({ type, internalTrafficPolicy: policy }: ServiceSpec): Iterable<FieldError> {
  const path = 'spec.internalTrafficPolicy';
  if (policy === undefined) {
    if (type === 'NodePort' || type === 'LoadBalancer' || type === 'ClusterIP') yield required(path);
  } else if (!POLICIES.includes(policy)) yield notSupported(path, policy, POLICIES);
}
