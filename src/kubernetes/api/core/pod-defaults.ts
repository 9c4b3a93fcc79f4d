import type {
  Container,
  EnvVar,
  EphemeralContainer,
  Lifecycle,
  LifecycleHandler,
  Pod,
  PodSpec,
  PodTemplateSpec,
  Probe,
  ResourceRequirements,
  Volume,
} from '../generated/core-v1.ts';
import { pullPolicyOf } from './pull-policy.ts';
import { roundResourceList } from './resource-list.ts';
import { defaultVolume } from './volume-defaults.ts';

/** Defaults of a pod: those of its spec, and requests that follow from limits. */
export function defaultPod(pod: Pod): void {
  if (!pod.spec) return;
  defaultPodSpec(pod.spec);
  pod.spec.enableServiceLinks ??= true;
  for (const container of [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])]) requestsFromLimits(container.resources);
  if (pod.spec.hostNetwork)
    for (const container of [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])]) hostPortsFromContainerPorts(container);
  if (pod.spec.resources) defaultPodResources(pod.spec);
}

/** Defaults of the pod template of a workload. */
export function defaultPodTemplate(template: PodTemplateSpec | undefined): void {
  if (!template?.spec) return;
  defaultPodSpec(template.spec);
  if (template.spec.hostNetwork) for (const container of template.spec.containers ?? []) hostPortsFromContainerPorts(container);
}

function defaultPodSpec(spec: PodSpec): void {
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
  spec.securityContext ??= {};
  spec.serviceAccountName ||= spec.serviceAccount;
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName;
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])])
    defaultContainer(container);
  for (const volume of spec.volumes ?? []) defaultVolume(volume as Volume);
  roundResourceList(spec.overhead);
}

function defaultContainer(container: Container | EphemeralContainer): void {
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  container.imagePullPolicy ||= pullPolicyOf(container.image ?? '');
  for (const port of container.ports ?? []) port.protocol ||= 'TCP';
  for (const variable of container.env ?? []) defaultEnv(variable);
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) if (probe) defaultProbe(probe);
  defaultLifecycle(container.lifecycle);
  roundResourceList(container.resources?.limits);
  roundResourceList(container.resources?.requests);
}

function defaultEnv({ valueFrom }: EnvVar): void {
  if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ||= 'v1';
  if (valueFrom?.fileKeyRef) valueFrom.fileKeyRef.optional ??= false;
}

function defaultProbe(probe: Probe): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  defaultHandler(probe);
  if (probe.grpc) probe.grpc.service ??= '';
}

function defaultLifecycle(lifecycle: Lifecycle | undefined): void {
  if (lifecycle?.postStart) defaultHandler(lifecycle.postStart);
  if (lifecycle?.preStop) defaultHandler(lifecycle.preStop);
}

function defaultHandler({ httpGet }: LifecycleHandler): void {
  if (!httpGet) return;
  httpGet.path ||= '/';
  httpGet.scheme ||= 'HTTP';
}

/** Whoever names a limit and no request asks for the limit. */
function requestsFromLimits(resources: ResourceRequirements | undefined): void {
  if (!resources?.limits) return;
  for (const [name, amount] of Object.entries(resources.limits)) {
    if (resources.requests?.[name] === undefined) resources.requests = { ...resources.requests, [name]: amount };
  }
}

function hostPortsFromContainerPorts({ ports = [] }: Container): void {
  for (const port of ports) port.hostPort ||= port.containerPort;
}

function defaultPodResources(spec: PodSpec): void {
  const { resources } = spec;
  roundResourceList(resources?.limits);
  roundResourceList(resources?.requests);
  for (const [name, amount] of Object.entries(resources?.limits ?? {})) {
    const shared = name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
    if (resources && shared && resources.requests?.[name] === undefined) resources.requests = { ...resources.requests, [name]: amount };
  }
}
