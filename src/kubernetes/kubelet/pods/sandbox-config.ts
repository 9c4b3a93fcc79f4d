import { posix } from 'node:path';
import type { Protocol as PodProtocol } from '../../api/generated/core-v1.ts';
import { sandboxSecurityContext } from '../containers/security-context.ts';
import type { Init } from '../cri/codec.ts';
import type { PodSandboxConfig, PortMapping } from '../cri/runtime-v1.ts';
import { Protocol } from '../cri/runtime-v1.ts';
import { cpuPeriod, quotaOf, sharesOf } from '../resources/linux-resources.ts';
import { podCgroup } from '../resources/pod-cgroups.ts';
import { podAmount } from '../resources/pod-resources.ts';
import type { DnsSettings } from './dns.ts';
import { dnsConfigOf } from './dns.ts';
import { kernelHostname } from './hostname.ts';
import { labels } from './labels.ts';
import type { BoundPod } from './pod.ts';
import { CONFIG_SOURCE, containersOf } from './pod.ts';

/** `<root>/<namespace>_<name>_<uid>`: where the pod's container logs go. */
export function podLogDirectory(root: string, pod: BoundPod): string {
  const { namespace, name, uid } = pod.metadata;
  return posix.join(root, `${namespace}_${name}_${uid}`);
}

/** The pod as the runtime sees it. Pure, so that a restarted kubelet asks for the same sandbox again. */
export function sandboxConfigOf(pod: BoundPod, attempt: number, dns: DnsSettings, logRoot: string): Init<PodSandboxConfig> {
  const { name, namespace, uid } = pod.metadata;
  return {
    metadata: { name, namespace, uid, attempt },
    hostname: kernelHostname(pod, dns.clusterDomain),
    logDirectory: podLogDirectory(logRoot, pod),
    dnsConfig: dnsConfigOf(pod, dns),
    portMappings: pod.spec.hostNetwork ? [] : portMappings(pod),
    labels: { ...pod.metadata.labels, [labels.podName]: name, [labels.podNamespace]: namespace, [labels.podUid]: uid },
    annotations: { [CONFIG_SOURCE]: 'api', ...pod.metadata.annotations },
    linux: {
      cgroupParent: podCgroup(pod),
      sysctls: Object.fromEntries(
        (pod.spec.securityContext?.sysctls ?? []).map(({ name: key, value }) => [key.replaceAll('/', '.'), value]),
      ),
      securityContext: sandboxSecurityContext(pod),
      resources: {
        cpuShares: sharesOf(podAmount(pod, 'requests', 'cpu') ?? 0),
        cpuPeriod,
        cpuQuota: quotaOf(podAmount(pod, 'limits', 'cpu') ?? 0),
        memoryLimitInBytes: podAmount(pod, 'limits', 'memory') ?? 0,
      },
    },
  };
}

function portMappings(pod: BoundPod): Init<PortMapping>[] {
  return [...containersOf(pod)].flatMap(({ container }) =>
    (container.ports ?? [])
      .filter((port) => port.hostPort)
      .map(({ protocol, containerPort, hostPort, hostIP }) => ({
        protocol: protocolOf(protocol),
        containerPort,
        hostPort,
        hostIp: hostIP ?? '',
      })),
  );
}

const protocolOf = (protocol: PodProtocol | undefined) => Protocol[protocol ?? 'TCP'];
