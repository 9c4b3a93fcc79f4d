import type { Container, Pod, PodSecurityContext, SeccompProfile, SecurityContext } from '../../api/generated/core-v1.ts';
import type { Init } from '../cri/codec.ts';
import type {
  Image,
  LinuxContainerSecurityContext,
  LinuxSandboxSecurityContext,
  NamespaceOption,
  SecurityProfile,
} from '../cri/runtime-v1.ts';
import { NamespaceMode, SecurityProfileProfileType, SupplementalGroupsPolicy } from '../cri/runtime-v1.ts';
import type { BoundPod, ContainerSpec } from '../pods/pod.ts';
import { containersOf, describePod } from '../pods/pod.ts';
import { ContainerConfigError } from './errors.ts';

const MASKED_PATHS = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];
const READONLY_PATHS = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** The pod's namespaces; `targetId` lets an ephemeral container into another container's process namespace. */
export function namespaceOptions(pod: Pod, targetId?: string): Init<NamespaceOption> {
  return {
    network: pod.spec.hostNetwork ? NamespaceMode.NODE : NamespaceMode.POD,
    ipc: pod.spec.hostIPC ? NamespaceMode.NODE : NamespaceMode.POD,
    ...pidNamespace(pod, targetId),
  };
}

function pidNamespace(pod: Pod, targetId: string | undefined): Init<NamespaceOption> {
  if (pod.spec.hostPID) return { pid: NamespaceMode.NODE };
  if (pod.spec.shareProcessNamespace) return { pid: NamespaceMode.POD };
  if (targetId) return { pid: NamespaceMode.TARGET, targetId };
  return { pid: NamespaceMode.CONTAINER };
}

export function isPrivileged(container: Container): boolean {
  return container.securityContext?.privileged === true;
}

export function sandboxSecurityContext(pod: Pod): Init<LinuxSandboxSecurityContext> {
  const context = pod.spec.securityContext;
  return {
    namespaceOptions: namespaceOptions(pod),
    privileged: [...containersOf(pod)].some(({ container }) => isPrivileged(container)),
    seccomp: { profileType: SecurityProfileProfileType.RuntimeDefault },
    runAsUser: int64(context?.runAsUser),
    runAsGroup: context?.runAsUser === undefined ? undefined : int64(context.runAsGroup),
    supplementalGroups: supplementalGroups(context),
    supplementalGroupsPolicy: groupsPolicy(context),
    selinuxOptions: context?.seLinuxOptions,
  };
}

const int64 = (value: number | undefined) => (value === undefined ? undefined : { value });

function supplementalGroups(context: PodSecurityContext | undefined): number[] {
  return [...(context?.fsGroup === undefined ? [] : [context.fsGroup]), ...(context?.supplementalGroups ?? [])];
}

function groupsPolicy(context: PodSecurityContext | undefined): SupplementalGroupsPolicy {
  return SupplementalGroupsPolicy[context?.supplementalGroupsPolicy ?? 'Merge'];
}

export interface ContainerSecurityInput {
  pod: BoundPod;
  spec: ContainerSpec;
  image: Image;
  targetId?: string | undefined;
  seccompRoot: string;
}

/** The container's and the pod's security contexts as the runtime wants them. Throws where they contradict the image. */
export function containerSecurityContext(input: ContainerSecurityInput): Init<LinuxContainerSecurityContext> {
  const { pod, image, targetId } = input;
  const context = effective(pod, input.spec.container);
  verifyNonRoot(input, context);
  const privileged = context.privileged === true;
  const fromImage = context.runAsUser === undefined && !image.uid ? { runAsUsername: image.username } : {};
  return {
    ...fromImage,
    runAsUser: int64(context.runAsUser) ?? image.uid,
    runAsGroup: int64(context.runAsGroup),
    privileged,
    readonlyRootfs: context.readOnlyRootFilesystem === true,
    noNewPrivs: context.allowPrivilegeEscalation === false,
    capabilities: { addCapabilities: context.capabilities?.add ?? [], dropCapabilities: context.capabilities?.drop ?? [] },
    namespaceOptions: namespaceOptions(pod, targetId),
    supplementalGroups: supplementalGroups(pod.spec.securityContext),
    supplementalGroupsPolicy: groupsPolicy(pod.spec.securityContext),
    seccomp: privileged ? undefined : securityProfile(context.seccompProfile, input.seccompRoot),
    apparmor: privileged ? undefined : appArmorProfile(context),
    selinuxOptions: context.seLinuxOptions,
    ...procPaths(context, privileged),
  };
}

/** The container's settings, filled up with the pod's. */
function effective(pod: Pod, { securityContext = {} }: Container): SecurityContext {
  const shared = pod.spec.securityContext ?? {};
  return {
    ...securityContext,
    runAsUser: securityContext.runAsUser ?? shared.runAsUser,
    runAsGroup: securityContext.runAsGroup ?? shared.runAsGroup,
    runAsNonRoot: securityContext.runAsNonRoot ?? shared.runAsNonRoot,
    seccompProfile: securityContext.seccompProfile ?? shared.seccompProfile,
    appArmorProfile: securityContext.appArmorProfile ?? shared.appArmorProfile,
    seLinuxOptions: securityContext.seLinuxOptions ?? shared.seLinuxOptions,
  };
}

function verifyNonRoot({ pod, spec, image }: ContainerSecurityInput, context: SecurityContext): void {
  if (!context.runAsNonRoot) return;
  const where = `(pod: "${describePod(pod)}", container: ${spec.container.name})`;
  if (context.runAsUser === 0) throw new ContainerConfigError(`container's runAsUser breaks non-root policy ${where}`);
  if (context.runAsUser !== undefined) return;
  if (image.uid ? image.uid.value === 0 : image.username === '') {
    throw new ContainerConfigError(`container has runAsNonRoot and image will run as root ${where}`);
  }
  if (image.username && !image.uid) {
    throw new ContainerConfigError(
      `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root ${where}`,
    );
  }
}

function securityProfile(profile: SeccompProfile | undefined, seccompRoot: string): Init<SecurityProfile> {
  if (profile?.type === 'RuntimeDefault') return { profileType: SecurityProfileProfileType.RuntimeDefault };
  if (profile?.type === 'Localhost') {
    return { profileType: SecurityProfileProfileType.Localhost, localhostRef: `${seccompRoot}/${profile.localhostProfile ?? ''}` };
  }
  return { profileType: SecurityProfileProfileType.Unconfined };
}

function appArmorProfile({ appArmorProfile: profile }: SecurityContext): Init<SecurityProfile> | undefined {
  if (!profile) return undefined;
  const localhostRef = profile.type === 'Localhost' ? { localhostRef: profile.localhostProfile ?? '' } : {};
  return { profileType: SecurityProfileProfileType[profile.type], ...localhostRef };
}

function procPaths(context: SecurityContext, privileged: boolean): Init<LinuxContainerSecurityContext> {
  if (privileged || context.procMount === 'Unmasked') return { maskedPaths: [], readonlyPaths: [] };
  return { maskedPaths: MASKED_PATHS, readonlyPaths: READONLY_PATHS };
}
