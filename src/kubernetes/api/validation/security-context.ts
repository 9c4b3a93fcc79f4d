import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, duplicate, invalidValue, notSupported, required, tooLong } from '../../machinery/validation/faults.ts';
import type { PodSecurityContext, PodSpec, SecurityContext } from '../generated/core-v1.ts';
import { noBacksteps } from './volume-sources.ts';
import { windowsOptionRules } from './windows-options.ts';

const MAX_ID = 2 ** 31 - 1;
const PROFILES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const PROC_MOUNTS = ['Default', 'Unmasked'];
const MAX_PROFILE_LENGTH = 4095;

function* idRules(id: number | undefined, path: string): Iterable<FieldError> {
  if (id !== undefined && (id < 0 || id > MAX_ID)) yield invalidValue(path, id, `must be between 0 and ${MAX_ID}, inclusive`);
}

/** Faults of the security context of a container. `hostUsers` is false where the pod has users of its own. */
export function* securityContextRules(context: SecurityContext | undefined, hostUsers: boolean, path: string): Iterable<FieldError> {
  if (!context) return;
  yield* idRules(context.runAsUser, `${path}.runAsUser`);
  yield* idRules(context.runAsGroup, `${path}.runAsGroup`);
  yield* procMountRules(context.procMount, hostUsers, `${path}.procMount`);
  yield* seccompRules(context.seccompProfile, `${path}.seccompProfile`);
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged) yield invalidValue(path, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true');
    if (context.capabilities?.add?.includes('CAP_SYS_ADMIN'))
      yield invalidValue(path, context, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN');
  }
  yield* windowsOptionRules(context.windowsOptions, `${path}.windowsOptions`);
  yield* appArmorRules(context.appArmorProfile, `${path}.appArmorProfile`);
}

function* procMountRules(mount: string | undefined, hostUsers: boolean, path: string): Iterable<FieldError> {
  if (mount === undefined) return;
  if (!PROC_MOUNTS.includes(mount)) yield notSupported(path, mount, PROC_MOUNTS);
  if (hostUsers && mount === 'Unmasked') yield invalidValue(path, mount, '`hostUsers` must be false to use `Unmasked`');
}

function* seccompRules(profile: SecurityContext['seccompProfile'], path: string): Iterable<FieldError> {
  if (!profile) return;
  const { type = '', localhostProfile } = profile;
  yield* profileTypeRules(type as string, 'seccompProfile', `${path}.type`);
  if (type !== 'Localhost') {
    if (localhostProfile !== undefined)
      yield invalidValue(
        `${path}.localhostProfile`,
        { Type: type, LocalhostProfile: localhostProfile },
        'can only be set when seccomp type is Localhost',
      );
  } else if (localhostProfile === undefined) yield required(`${path}.localhostProfile`, 'must be set when seccomp type is Localhost');
  else yield* descendingRules(localhostProfile, `${path}.localhostProfile`);
}

function* profileTypeRules(type: string, what: string, path: string): Iterable<FieldError> {
  if (type === '') yield required(path, `type is required when ${what} is set`);
  else if (!PROFILES.includes(type)) yield notSupported(path, type, PROFILES);
}

function* descendingRules(text: string, path: string): Iterable<FieldError> {
  if (text.startsWith('/')) yield invalidValue(path, text, 'must be a relative path');
  yield* noBacksteps(text, path);
}

function* appArmorRules(profile: SecurityContext['appArmorProfile'], path: string): Iterable<FieldError> {
  if (!profile) return;
  const { type = '', localhostProfile } = profile;
  const at = `${path}.localhostProfile`;
  yield* profileTypeRules(type as string, 'appArmorProfile', `${path}.type`);
  if (type !== 'Localhost') {
    if (localhostProfile !== undefined && PROFILES.includes(type))
      yield invalidValue(at, localhostProfile, 'can only be set when AppArmor type is Localhost');
  } else if (localhostProfile === undefined || localhostProfile === '') yield required(at, 'must be set when AppArmor type is Localhost');
  else {
    if (localhostProfile.trim() !== localhostProfile) yield invalidValue(at, localhostProfile, 'must not be padded with whitespace');
    if (localhostProfile.length > MAX_PROFILE_LENGTH) yield tooLong(at, MAX_PROFILE_LENGTH);
  }
}

const POLICIES: Readonly<Record<string, readonly string[]>> = {
  fsGroupChangePolicy: ['Always', 'OnRootMismatch'],
  supplementalGroupsPolicy: ['Merge', 'Strict'],
  seLinuxChangePolicy: ['Recursive'],
};

/** Faults of the security context of a pod. */
export function* podSecurityContextRules(spec: PodSpec, path: string): Iterable<FieldError> {
  const context = spec.securityContext;
  if (spec.shareProcessNamespace && spec.hostPID) {
    yield invalidValue(`${path}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled');
  }
  if (!context) return;
  yield* idRules(context.fsGroup, `${path}.fsGroup`);
  yield* idRules(context.runAsUser, `${path}.runAsUser`);
  yield* idRules(context.runAsGroup, `${path}.runAsGroup`);
  for (const [index, group] of (context.supplementalGroups ?? []).entries()) yield* idRules(group, `${path}.supplementalGroups[${index}]`);
  yield* sysctlRules(spec, context, `${path}.sysctls`);
  yield* policyRules(context, path);
  yield* seccompRules(context.seccompProfile, `${path}.seccompProfile`);
  yield* windowsOptionRules(context.windowsOptions, `${path}.windowsOptions`);
  yield* appArmorRules(context.appArmorProfile, `${path}.appArmorProfile`);
}

function* policyRules(context: PodSecurityContext, path: string): Iterable<FieldError> {
  for (const [field, values] of Object.entries(POLICIES)) {
    const value = context[field as keyof PodSecurityContext] as string | undefined;
    if (value !== undefined && !values.includes(value)) yield notSupported(`${path}.${field}`, value, values);
  }
}

const SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SYSCTL = `(${SEGMENT}[\\./])*${SEGMENT}`;
const SYSCTL_RE = new RegExp(`^${SYSCTL}$`);

function* sysctlRules(spec: PodSpec, { sysctls }: PodSecurityContext, path: string): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const [index, { name = '' }] of (sysctls ?? []).entries()) {
    const at = `${path}[${index}].name`;
    if (!name) yield required(at);
    else if (name.length > 253 || !SYSCTL_RE.test(name))
      yield invalidValue(at, name, `must have at most 253 characters and match regex ^${SYSCTL}$`);
    else if (seen.has(name)) yield duplicate(at, name);
    seen.add(name);
    yield* hostSysctlRules(name.replaceAll('/', '.'), spec, at);
  }
}

/** A sysctl of a namespace makes no sense in a pod that has the host's. */
function* hostSysctlRules(name: string, { hostNetwork, hostIPC }: PodSpec, path: string): Iterable<FieldError> {
  if (hostNetwork && name.startsWith('net.')) yield invalidValue(path, name, "may not be specified when 'hostNetwork' is true");
  const ipc = /^kernel\.(sem|shm|msg)/.test(name) || name.startsWith('fs.mqueue.');
  if (hostIPC && ipc) yield invalidValue(path, name, "may not be specified when 'hostIPC' is true");
}

/** A name that must be a label, complaints and all. */
export function* named(name: string, check: (text: string) => string[], path: string): Iterable<FieldError> {
  if (!name) yield required(path);
  else yield* complaints(path, name, check(name));
}
