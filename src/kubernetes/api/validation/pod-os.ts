import type { FieldError } from '../../machinery/field-error.ts';
import { forbiddenField, notSupported, required } from '../../machinery/validation/faults.ts';
import type { PodSpec } from '../generated/core-v1.ts';

const SYSTEMS = ['linux', 'windows'];

/** What a pod says of its operating system excludes fields of the other one. */
export function* operatingSystemRules(spec: PodSpec, path: string): Iterable<FieldError> {
  const name = spec.os?.name ?? '';
  if (name === '') yield required(`${path}.os.name`);
  else if (!SYSTEMS.includes(name)) yield notSupported(`${path}.os`, name, SYSTEMS);
  const other = name === 'linux' ? linuxRules : name === 'windows' ? windowsRules : undefined;
  if (other) yield* other(spec, path);
}

function* linuxRules(spec: PodSpec, path: string): Iterable<FieldError> {
  const why = 'windows options cannot be set for a linux pod';
  if (spec.securityContext?.windowsOptions) yield forbiddenField(`${path}.securityContext.windowsOptions`, why);
  for (const [at, context] of contexts(spec, path)) if (context.windowsOptions) yield forbiddenField(`${at}.windowsOptions`, why);
}

const POD_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
] as const;
const CONTAINER_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

function* windowsRules(spec: PodSpec, path: string): Iterable<FieldError> {
  const why = 'cannot be set for a windows pod';
  const at = `${path}.securityContext`;
  for (const field of POD_FIELDS.slice(0, 3)) if (spec.securityContext?.[field] !== undefined) yield forbiddenField(`${at}.${field}`, why);
  if (spec.hostUsers !== undefined) yield forbiddenField(`${path}.hostUsers`, why);
  for (const field of ['hostPID', 'hostIPC'] as const) if (spec[field]) yield forbiddenField(`${path}.${field}`, why);
  for (const field of POD_FIELDS.slice(3)) if (spec.securityContext?.[field] !== undefined) yield forbiddenField(`${at}.${field}`, why);
  if (spec.shareProcessNamespace !== undefined) yield forbiddenField(`${path}.shareProcessNamespace`, why);
  for (const [place, context] of contexts(spec, path)) {
    for (const field of CONTAINER_FIELDS) if (context[field] !== undefined) yield forbiddenField(`${place}.${field}`, why);
  }
}

function* contexts(spec: PodSpec, path: string): Iterable<[string, NonNullable<PodSpec['containers'][number]['securityContext']>]> {
  for (const list of ['containers', 'initContainers', 'ephemeralContainers'] as const) {
    for (const [index, { securityContext }] of (spec[list] ?? []).entries()) {
      if (securityContext) yield [`${path}.${list}[${index}].securityContext`, securityContext];
    }
  }
}
