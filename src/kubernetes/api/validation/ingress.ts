import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isDns1123Label, isDns1123Subdomain, isPortName, isPortNumber, isWildcardSubdomain } from '../../machinery/validation/names.ts';
import type {
  HTTPIngressPath,
  Ingress,
  IngressBackend,
  IngressRule,
  IngressServiceBackend,
  IngressSpec,
  IngressTLS,
} from '../generated/networking-v1.ts';
import { isValidIp } from './addresses.ts';
import { typedReferenceRules } from './ingress-class.ts';

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];
const FORBIDDEN_PARTS = ['//', '/./', '/../', '%2f', '%2F'];
const FORBIDDEN_ENDS = ['/..', '/.'];

/** Faults of an ingress. */
export function* ingressRules({ metadata, spec = {} }: Ingress, previous?: Ingress): Iterable<FieldError> {
  const { rules = [], tls = [], defaultBackend, ingressClassName } = spec;
  if (rules.length === 0 && !defaultBackend) yield invalidValue('spec', spec.rules, 'either `defaultBackend` or `rules` must be specified');
  if (defaultBackend) yield* backendRules(defaultBackend, 'spec.defaultBackend');
  for (const [index, rule] of rules.entries()) yield* ruleRules(rule, `spec.rules[${index}]`);
  for (const [index, entry] of tls.entries()) yield* tlsRules(entry, `spec.tls[${index}]`);
  if (ingressClassName !== undefined) yield* complaints('spec.ingressClassName', ingressClassName, isDns1123Subdomain(ingressClassName));
  if (!previous) yield* classRules(metadata.annotations?.[CLASS_ANNOTATION], spec);
}

/** The annotation is from before the field, and must not contradict it. */
function* classRules(annotation: string | undefined, { ingressClassName }: IngressSpec): Iterable<FieldError> {
  if (annotation === undefined || ingressClassName === undefined || annotation === ingressClassName) return;
  yield invalidValue(`annotations.${CLASS_ANNOTATION}`, annotation, 'must match `ingressClassName` when both are specified');
}

function* tlsRules({ hosts = [], secretName }: IngressTLS, path: string): Iterable<FieldError> {
  for (const [index, host] of hosts.entries()) yield* complaints(`${path}.hosts[${index}]`, host, hostComplaints(host));
  if (secretName) yield* complaints(`${path}.secretName`, secretName, isDns1123Subdomain(secretName));
}

const hostComplaints = (host: string): string[] => (host.includes('*') ? isWildcardSubdomain(host) : isDns1123Subdomain(host));

function* ruleRules({ host = '', http }: IngressRule, path: string): Iterable<FieldError> {
  if (host) {
    if (isValidIp(host)) yield invalidValue(`${path}.host`, host, 'must be a DNS name, not an IP address');
    yield* complaints(`${path}.host`, host, hostComplaints(host));
  }
  if (!http) return;
  if (!http.paths?.length) yield required(`${path}.http.paths`);
  for (const [index, entry] of (http.paths ?? []).entries()) yield* pathRules(entry, `${path}.http.paths[${index}]`);
}

function* pathRules({ path: value = '', pathType, backend }: HTTPIngressPath, path: string): Iterable<FieldError> {
  if (!pathType && pathType !== '') {
    yield required(`${path}.pathType`, 'pathType must be specified');
    return;
  }
  if (!PATH_TYPES.includes(pathType)) yield notSupported(`${path}.pathType`, pathType, PATH_TYPES);
  else yield* valueRules(value, pathType, `${path}.path`);
  yield* backendRules(backend ?? {}, `${path}.backend`);
}

function* valueRules(value: string, type: string, path: string): Iterable<FieldError> {
  const exact = type !== 'ImplementationSpecific';
  if (!value.startsWith('/') && (exact || value !== '')) yield invalidValue(path, value, 'must be an absolute path');
  if (!exact || value === '') return;
  for (const part of FORBIDDEN_PARTS) if (value.includes(part)) yield invalidValue(path, value, `must not contain '${part}'`);
  for (const end of FORBIDDEN_ENDS) if (value.endsWith(end)) yield invalidValue(path, value, `cannot end with '${end}'`);
}

function* backendRules({ resource, service }: IngressBackend, path: string): Iterable<FieldError> {
  if (resource && service) yield invalidValue(path, '', 'cannot set both resource and service backends');
  else if (resource) yield* typedReferenceRules(resource, `${path}.resource`);
  else if (service) yield* serviceRules(service, path);
  else yield invalidValue(path, '', 'resource or service backend is required');
}

function* serviceRules({ name, port = {} }: IngressServiceBackend, path: string): Iterable<FieldError> {
  if (!name) yield required(`${path}.service.name`);
  else yield* complaints(`${path}.service.name`, name, isDns1123Label(name));
  if (port.name && port.number) yield invalidValue(path, '', 'cannot set both port name & port number');
  else if (port.name) yield* complaints(`${path}.service.port.name`, port.name, isPortName(port.name));
  else if (port.number) yield* complaints(`${path}.service.port.number`, port.number, isPortNumber(port.number));
  else yield required(path, 'port name or number is required');
}

/** Faults of a write to the status of an ingress. */
export function* ingressStatusRules({ status }: Ingress): Iterable<FieldError> {
  for (const [index, { ip, hostname }] of (status?.loadBalancer?.ingress ?? []).entries()) {
    const path = `status.loadBalancer.ingress[${index}]`;
    if (ip && !isValidIp(ip)) yield invalidValue(`${path}.ip`, ip, 'must be a valid IP address');
    if (!hostname) continue;
    if (isValidIp(hostname)) yield invalidValue(`${path}.hostname`, hostname, 'must be a DNS name, not an IP address');
    yield* complaints(`${path}.hostname`, hostname, isDns1123Subdomain(hostname));
  }
}
