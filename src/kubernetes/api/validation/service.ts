import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, duplicate, forbiddenField, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isDns1123Label, isDns1123Subdomain, isPortName, isPortNumber, isQualifiedName } from '../../machinery/validation/names.ts';
import { labelRules } from '../../machinery/validation/object-meta.ts';
import type { Service, ServicePort, ServiceSpec } from '../generated/core-v1.ts';
import { internalForm } from '../internal-form/internal-form.ts';
import { cidrRules, INVALID_IP, isValidIp, nonSpecialIpRules } from './addresses.ts';
import { PROTOCOLS } from './endpoints.ts';
import { clusterIpRules, clusterIpUpdateRules } from './service-cluster-ips.ts';
import { trafficRules } from './service-traffic.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES = ['ClientIP', 'None'];
const MAX_AFFINITY_SECONDS = 86_400;
const KUBELET_PORT = 10_250;
const ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'";

export const isHeadless = (spec: ServiceSpec): boolean => spec.clusterIPs?.[0] === 'None';

/** Faults of a service. */
export function* serviceRules(next: Service, previous?: Service): Iterable<FieldError> {
  const spec = next.spec ?? {};
  if (previous) yield* classRules(spec, previous.spec);
  if (!spec.ports?.length && !isHeadless(spec) && spec.type !== 'ExternalName') yield required('spec.ports');
  yield* typeRules(spec);
  yield* portsRules(spec);
  yield* labelRules(spec.selector, 'spec.selector');
  yield* affinityRules(spec);
  const addressFaults = [...clusterIpRules(spec)];
  yield* addressFaults;
  if (previous && addressFaults.length === 0) yield* clusterIpUpdateRules(spec, previous.spec ?? {});
  yield* externalIpRules(spec.externalIPs ?? []);
  if (!spec.type) yield required('spec.type');
  else if (!TYPES.includes(spec.type)) yield notSupported('spec.type', spec.type, TYPES);
  yield* portUseRules(spec);
  yield* sourceRangeRules(next, spec);
  yield* nodePortChoiceRules(spec);
  yield* classRules(spec, undefined);
  yield* trafficRules(spec);
}

function* typeRules(spec: ServiceSpec): Iterable<FieldError> {
  const headless = isHeadless(spec);
  switch (spec.type) {
    case 'LoadBalancer':
      for (const [index, { port }] of (spec.ports ?? []).entries()) {
        if (port === KUBELET_PORT)
          yield invalidValue(`spec.ports[${index}]`, port, `may not expose port ${port} externally since it is used by kubelet`);
      }
      if (headless) yield invalidValue('spec.clusterIPs[0]', 'None', "may not be set to 'None' for LoadBalancer services");
      break;
    case 'NodePort':
      if (headless) yield invalidValue('spec.clusterIPs[0]', 'None', "may not be set to 'None' for NodePort services");
      break;
    case 'ExternalName':
      yield* externalNameRules(spec);
  }
}

function* externalNameRules({ clusterIPs, ipFamilies, ipFamilyPolicy, externalName = '' }: ServiceSpec): Iterable<FieldError> {
  const unwanted = 'may not be set for ExternalName services';
  if (clusterIPs?.length) yield forbiddenField('spec.clusterIPs', unwanted);
  if (ipFamilies?.length) yield forbiddenField('spec.ipFamilies', unwanted);
  if (ipFamilyPolicy !== undefined) yield forbiddenField('spec.ipFamilyPolicy', unwanted);
  const name = externalName.endsWith('.') ? externalName.slice(0, -1) : externalName;
  if (!name) yield required('spec.externalName');
  else yield* complaints('spec.externalName', name, isDns1123Subdomain(name));
}

function* portsRules({ ports = [] }: ServiceSpec): Iterable<FieldError> {
  const names = new Set<string>();
  for (const [index, port] of (ports ?? []).entries()) yield* portRules(port, ports.length > 1, names, `spec.ports[${index}]`);
}

function* portRules(servicePort: ServicePort, named: boolean, names: Set<string>, path: string): Iterable<FieldError> {
  const { name = '', port = 0, protocol, targetPort, appProtocol } = servicePort;
  if (!name) {
    if (named) yield required(`${path}.name`);
  } else {
    yield* complaints(`${path}.name`, name, isDns1123Label(name));
    if (names.has(name)) yield duplicate(`${path}.name`, name);
    names.add(name);
  }
  yield* complaints(`${path}.port`, port, isPortNumber(port));
  if (!protocol) yield required(`${path}.protocol`);
  else if (!PROTOCOLS.includes(protocol)) yield notSupported(`${path}.protocol`, protocol, PROTOCOLS);
  yield* portNumberOrNameRules(targetPort, `${path}.targetPort`);
  if (appProtocol !== undefined) yield* complaints(`${path}.appProtocol`, appProtocol, isQualifiedName(appProtocol));
}

/** A port by number, or by the name a container gives it. */
export function* portNumberOrNameRules(port: number | string | undefined, path: string): Iterable<FieldError> {
  if (typeof port === 'string') yield* complaints(path, port, isPortName(port));
  else yield* complaints(path, port ?? 0, isPortNumber(port ?? 0));
}

function* affinityRules({ sessionAffinity, sessionAffinityConfig }: ServiceSpec): Iterable<FieldError> {
  if (!sessionAffinity) yield required('spec.sessionAffinity');
  else if (!AFFINITIES.includes(sessionAffinity)) yield notSupported('spec.sessionAffinity', sessionAffinity, AFFINITIES);
  if (sessionAffinity === 'None' && sessionAffinityConfig) {
    yield forbiddenField('spec.sessionAffinityConfig', 'must not be set when session affinity is None');
  }
  if (sessionAffinity === 'ClientIP') yield* clientIpRules(sessionAffinityConfig);
}

function* clientIpRules(config: ServiceSpec['sessionAffinityConfig']): Iterable<FieldError> {
  const why = 'when session affinity type is ClientIP';
  const seconds = config?.clientIP?.timeoutSeconds;
  if (!config) yield required('spec.sessionAffinityConfig', why);
  else if (!config.clientIP) yield required('spec.sessionAffinityConfig.clientIP', why);
  else if (seconds === undefined) yield required('spec.sessionAffinityConfig.clientIP.timeoutSeconds', why);
  else if (seconds <= 0 || seconds > MAX_AFFINITY_SECONDS) {
    yield invalidValue(
      'spec.sessionAffinityConfig.clientIP.timeoutSeconds',
      seconds,
      `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`,
    );
  }
}

function* externalIpRules(addresses: readonly string[]): Iterable<FieldError> {
  for (const [index, address] of addresses.entries()) {
    const path = `spec.externalIPs[${index}]`;
    if (isValidIp(address)) yield* nonSpecialIpRules(address, path);
    else yield invalidValue(path, address, INVALID_IP);
  }
}

/** Node ports only where the type has them, and no port twice. */
function* portUseRules({ type, ports = [] }: ServiceSpec): Iterable<FieldError> {
  const nodePorts = new Set<string>();
  const used = new Set<string>();
  const all = [...(ports ?? []).entries()];
  if (type === 'ClusterIP') {
    for (const [index, { nodePort }] of all)
      if (nodePort) yield forbiddenField(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'");
  }
  for (const [index, { nodePort, protocol }] of all) {
    if (!nodePort) continue;
    if (nodePorts.has(`${protocol}/${nodePort}`)) yield duplicate(`spec.ports[${index}].nodePort`, nodePort);
    nodePorts.add(`${protocol}/${nodePort}`);
  }
  for (const [index, { port, protocol }] of all) {
    if (used.has(`${protocol}/${port}`))
      yield duplicate(`spec.ports[${index}]`, internalForm({ protocol, port }, 'io.k8s.api.core.v1.ServicePort'));
    used.add(`${protocol}/${port}`);
  }
}

const RANGES_ANNOTATION = 'service.beta.kubernetes.io/load-balancer-source-ranges';

function* sourceRangeRules({ metadata }: Service, { type, loadBalancerSourceRanges }: ServiceSpec): Iterable<FieldError> {
  const annotation = metadata.annotations?.[RANGES_ANNOTATION];
  if (loadBalancerSourceRanges?.length) {
    const path = 'spec.LoadBalancerSourceRanges';
    if (type !== 'LoadBalancer') yield forbiddenField(path, ONLY_LOAD_BALANCER);
    for (const [index, range] of loadBalancerSourceRanges.entries()) yield* cidrRules(range.trim(), `${path}[${index}]`);
  } else if (annotation !== undefined) {
    const path = `metadata.annotations[${RANGES_ANNOTATION}]`;
    if (type !== 'LoadBalancer') yield forbiddenField(path, ONLY_LOAD_BALANCER);
    for (const range of annotation.trim() ? annotation.split(',') : []) yield* cidrRules(range.trim(), path);
  }
}

function* nodePortChoiceRules({ type, allocateLoadBalancerNodePorts: allocate }: ServiceSpec): Iterable<FieldError> {
  if (allocate !== undefined && type !== 'LoadBalancer') yield forbiddenField('spec.allocateLoadBalancerNodePorts', ONLY_LOAD_BALANCER);
  if (allocate === undefined && type === 'LoadBalancer') yield required('allocateLoadBalancerNodePorts');
}

function* classRules(spec: ServiceSpec, previous: ServiceSpec | undefined): Iterable<FieldError> {
  const { type, loadBalancerClass } = spec;
  const path = 'spec.loadBalancerClass';
  if (type === 'LoadBalancer' && previous?.type === 'LoadBalancer' && loadBalancerClass !== previous.loadBalancerClass) {
    yield invalidValue(path, loadBalancerClass, 'may not change once set');
  }
  if (loadBalancerClass === undefined) return;
  if (type === 'LoadBalancer') yield* complaints(path, loadBalancerClass, isQualifiedName(loadBalancerClass));
  else yield forbiddenField(path, ONLY_LOAD_BALANCER);
}

/** Faults of a write to the status of a service. */
export function* serviceStatusRules(next: Service): Iterable<FieldError> {
  const ingresses = next.status?.loadBalancer?.ingress ?? [];
  const path = 'status.loadBalancer';
  if (ingresses.length > 0 && next.spec?.type !== 'LoadBalancer') yield forbiddenField(`${path}.ingress`, ONLY_LOAD_BALANCER);
  for (const [index, { ip, hostname, ipMode }] of ingresses.entries()) {
    const at = `${path}.ingress[${index}]`;
    if (ip && !isValidIp(ip)) yield invalidValue(`${at}.ip`, ip, INVALID_IP);
    if (ip && ipMode === undefined) yield required(`${at}.ipMode`, 'must be specified when `ip` is set');
    if (!ip && ipMode !== undefined) yield forbiddenField(`${at}.ipMode`, 'may not be specified when `ip` is not set');
    if (ipMode !== undefined && ipMode !== 'VIP' && ipMode !== 'Proxy') yield notSupported(`${at}.ipMode`, ipMode, ['Proxy', 'VIP']);
    if (!hostname) continue;
    yield* complaints(`${at}.hostname`, hostname, isDns1123Subdomain(hostname));
    if (isValidIp(hostname)) yield invalidValue(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address');
  }
}
