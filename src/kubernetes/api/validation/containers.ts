import type { FieldError } from '../../machinery/field-error.ts';
import {
  complaints,
  duplicate,
  forbiddenField,
  invalidValue,
  notFoundValue,
  notSupported,
  required,
} from '../../machinery/validation/faults.ts';
import { isDns1123Label, isPortName, isPortNumber } from '../../machinery/validation/names.ts';
import type { Container, ContainerPort, EphemeralContainer, PodSpec, Volume } from '../generated/core-v1.ts';
import { envFromRules, envRules } from './container-env.ts';
import { containerResourceRules, resizePolicyRules } from './container-resources.ts';
import { restartRules } from './container-restart.ts';
import { volumeDeviceRules, volumeMountRules } from './container-volumes.ts';
import { PROTOCOLS } from './endpoints.ts';
import { killingProbeRules, lifecycleRules, readinessProbeRules } from './probes.ts';
import { named, securityContextRules } from './security-context.ts';

const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

/** What containers are checked against: the rest of their pod. */
export interface PodContext {
  readonly spec: PodSpec;
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly claims: readonly string[];
  /** A pod, not a template of one. */
  readonly isPod: boolean;
}

/** What every kind of container must be. */
function* commonRules(
  container: Container | EphemeralContainer,
  { spec, volumes, claims }: PodContext,
  path: string,
): Iterable<FieldError> {
  yield* named(container.name, isDns1123Label, `${path}.name`);
  if (!container.image) yield required(`${path}.image`);
  const { terminationMessagePolicy: messages, imagePullPolicy: pull } = container;
  if (!messages) yield required(`${path}.terminationMessagePolicy`);
  else if (!MESSAGE_POLICIES.includes(messages)) yield notSupported(`${path}.terminationMessagePolicy`, messages, MESSAGE_POLICIES);
  yield* portsRules(container.ports ?? [], `${path}.ports`);
  yield* envRules(container.env ?? [], volumes, `${path}.env`);
  yield* envFromRules(container.envFrom ?? [], `${path}.envFrom`);
  yield* volumeMountRules(container, volumes, `${path}.volumeMounts`);
  yield* volumeDeviceRules(container.volumeDevices ?? [], container.volumeMounts ?? [], volumes, `${path}.volumeDevices`);
  if (!pull) yield required(`${path}.imagePullPolicy`);
  else if (!PULL_POLICIES.includes(pull)) yield notSupported(`${path}.imagePullPolicy`, pull, PULL_POLICIES);
  yield* containerResourceRules(container.resources ?? {}, claims, `${path}.resources`);
  yield* resizePolicyRules(container.resizePolicy ?? [], spec.restartPolicy, `${path}.resizePolicy`);
  yield* securityContextRules(container.securityContext, spec.hostUsers ?? true, `${path}.securityContext`);
}

function* portsRules(ports: readonly ContainerPort[], path: string): Iterable<FieldError> {
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) yield* portRules(port, names, `${path}[${index}]`);
}

function* portRules(
  { name, containerPort = 0, hostPort, protocol }: ContainerPort,
  names: Set<string>,
  path: string,
): Iterable<FieldError> {
  if (name) {
    const faults = isPortName(name);
    yield* complaints(`${path}.name`, name, faults);
    if (faults.length === 0 && names.has(name)) yield duplicate(`${path}.name`, name);
    names.add(name);
  }
  if (containerPort === 0) yield required(`${path}.containerPort`);
  else yield* complaints(`${path}.containerPort`, containerPort, isPortNumber(containerPort));
  if (hostPort) yield* complaints(`${path}.hostPort`, hostPort, isPortNumber(hostPort));
  if (!protocol) yield required(`${path}.protocol`);
  else if (!PROTOCOLS.includes(protocol)) yield notSupported(`${path}.protocol`, protocol, PROTOCOLS);
}

/** Two containers that run at once cannot have the same port of the node. */
function* hostPortRules(containers: readonly Container[], path: string): Iterable<FieldError> {
  const taken = new Set<string>();
  for (const [at, { ports = [] }] of containers.entries()) {
    for (const [index, { hostPort, hostIP = '', protocol = '' }] of (ports ?? []).entries()) {
      if (!hostPort) continue;
      const id = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(id)) yield duplicate(`${path}[${at}].ports[${index}].hostPort`, id);
      taken.add(id);
    }
  }
}

function* probesAndLifecycle(container: Container, grace: number | undefined, path: string): Iterable<FieldError> {
  yield* lifecycleRules(container.lifecycle, grace, `${path}.lifecycle`);
  yield* killingProbeRules(container.livenessProbe, grace, `${path}.livenessProbe`);
  yield* readinessProbeRules(container.readinessProbe, grace, `${path}.readinessProbe`);
  yield* killingProbeRules(container.startupProbe, grace, `${path}.startupProbe`);
}

/** Faults of the containers of a pod. */
export function* containersRules(containers: readonly Container[], context: PodContext, path: string): Iterable<FieldError> {
  if (containers.length === 0) {
    yield required(path);
    return;
  }
  const names = new Set<string>();
  for (const [index, container] of containers.entries()) {
    const at = `${path}[${index}]`;
    yield* commonRules(container, context, at);
    yield* restartRules(container, at);
    if (names.has(container.name)) yield duplicate(`${at}.name`, container.name);
    names.add(container.name);
    yield* probesAndLifecycle(container, context.spec.terminationGracePeriodSeconds, at);
  }
  yield* hostPortRules(containers, path);
}

const NOT_FOR_INIT = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/** Faults of init containers; those that keep running are sidecars and may be probed. */
export function* initContainersRules(containers: readonly Container[], context: PodContext, path: string): Iterable<FieldError> {
  const names = new Set((context.spec.containers ?? []).map(({ name }) => name));
  for (const [index, container] of containers.entries()) {
    const at = `${path}[${index}]`;
    yield* commonRules(container, context, at);
    yield* restartRules(container, at);
    if (names.has(container.name)) yield duplicate(`${at}.name`, container.name);
    else if (container.name) names.add(container.name);
    yield* hostPortRules([container], path);
    if (container.restartPolicy === 'Always') yield* probesAndLifecycle(container, context.spec.terminationGracePeriodSeconds, at);
    else
      for (const field of NOT_FOR_INIT)
        if (container[field]) yield forbiddenField(`${at}.${field}`, 'may not be set for init containers without restartPolicy=Always');
  }
}

/** What debug containers cannot have, in the order in which upstream lists it. */
const NOT_FOR_EPHEMERAL = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;
const EPHEMERAL = 'cannot be set for an Ephemeral Container';

/** Faults of debug containers, which are no part of what the pod is for. */
export function* ephemeralContainersRules(
  containers: readonly EphemeralContainer[],
  context: PodContext,
  path: string,
): Iterable<FieldError> {
  const others = new Set([...(context.spec.containers ?? []), ...(context.spec.initContainers ?? [])].map(({ name }) => name));
  const names = new Set(others);
  for (const [index, container] of containers.entries()) {
    const at = `${path}[${index}]`;
    yield* commonRules(container, context, at);
    yield* imageRules(container, at);
    if (names.has(container.name)) yield duplicate(`${at}.name`, container.name);
    names.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.has(target)) yield notFoundValue(`${at}.targetContainerName`, target);
    for (const field of NOT_FOR_EPHEMERAL) if (isSet(field, container[field])) yield forbiddenField(`${at}.${field}`, EPHEMERAL);
    for (const [mount, { subPath, subPathExpr }] of (container.volumeMounts ?? []).entries()) {
      if (subPath) yield forbiddenField(`${at}.volumeMounts[${mount}].subPath`, EPHEMERAL);
      if (subPathExpr) yield forbiddenField(`${at}.volumeMounts[${mount}].subPathExpr`, EPHEMERAL);
    }
  }
}

/** An empty list or pointer is set, as in Go; an empty `resources`, which is no pointer, is not. */
const isSet = (field: (typeof NOT_FOR_EPHEMERAL)[number], value: object | string | null | undefined): boolean =>
  value !== undefined && value !== null && (field !== 'resources' || Object.keys(value).length > 0);

/** Pods, unlike templates, name their images exactly. */
export function* imageRules({ image = '' }: Container | EphemeralContainer, path: string): Iterable<FieldError> {
  if (image.trim() !== image) yield invalidValue(`${path}.image`, image, 'must not have leading or trailing whitespace');
}
