import { isGoodSeccomp, seccompBaseline } from './baseline.ts';
import { type Check, containers, containersOf, namesWhere, plural, quoted, setters, sortedSet } from './check.ts';
import type { PodSpec, Volume } from './types.ts';

const ALLOWED_VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

/** Linux settings mean nothing to Windows pods. */
const isWindows = (spec: PodSpec) => spec.os?.name === 'windows';

const allowPrivilegeEscalation: Check = {
  id: 'allowPrivilegeEscalation',
  check(_metadata, spec) {
    if (isWindows(spec)) return undefined;
    const bad = namesWhere(spec, (container) => container.securityContext?.allowPrivilegeEscalation !== false);
    if (bad.length === 0) return undefined;
    return {
      reason: 'allowPrivilegeEscalation != false',
      detail: `${containers(bad)} must set securityContext.allowPrivilegeEscalation=false`,
    };
  },
};

const capabilities: Check = {
  id: 'capabilities_restricted',
  overrides: ['capabilities_baseline'],
  check(_metadata, spec) {
    if (isWindows(spec)) return undefined;
    const all = containersOf(spec);
    const undropped = all.filter((container) => !container.securityContext?.capabilities?.drop?.includes('ALL'));
    const adding = all.filter((container) => container.securityContext?.capabilities?.add?.some((name) => name !== 'NET_BIND_SERVICE'));
    const added = sortedSet(
      adding.flatMap((container) => container.securityContext?.capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE'),
    );
    const names = (some: typeof all) => containers(some.map((container) => container.name));
    const details = [
      ...(undropped.length > 0 ? [`${names(undropped)} must set securityContext.capabilities.drop=["ALL"]`] : []),
      ...(adding.length > 0 ? [`${names(adding)} must not include ${quoted(added)} in securityContext.capabilities.add`] : []),
    ];
    return details.length > 0 ? { reason: 'unrestricted capabilities', detail: details.join('; ') } : undefined;
  },
};

const volumeTypes: Check = {
  id: 'restrictedVolumes',
  overrides: ['hostPathVolumes'],
  check(_metadata, spec) {
    const bad = (spec.volumes ?? []).filter((volume) => !ALLOWED_VOLUMES.has(typeOf(volume)));
    if (bad.length === 0) return undefined;
    const types = sortedSet(bad.map(typeOf));
    const uses = `${plural('uses', 'use', bad.length)} restricted volume ${plural('type', 'types', types.length)}`;
    return {
      reason: 'restricted volume types',
      detail: `${plural('volume', 'volumes', bad.length)} ${quoted(bad.map((volume) => volume.name))} ${uses} ${quoted(types)}`,
    };
  },
};

/** A volume has its name and one other field, its source; none at all means an empty directory. */
function typeOf(volume: Volume): string {
  return Object.keys(volume).find((key) => key !== 'name') ?? 'emptyDir';
}

const runAsNonRoot: Check = {
  id: 'runAsNonRoot',
  check(_metadata, spec) {
    if (spec.hostUsers === false) return undefined;
    const pod = spec.securityContext?.runAsNonRoot;
    const explicit = setters(
      pod === false,
      namesWhere(spec, (container) => container.securityContext?.runAsNonRoot === false),
    );
    if (explicit) return { reason: 'runAsNonRoot != true', detail: `${explicit} must not set securityContext.runAsNonRoot=false` };
    const silent = pod === true ? [] : namesWhere(spec, (container) => container.securityContext?.runAsNonRoot === undefined);
    return silent.length > 0
      ? { reason: 'runAsNonRoot != true', detail: `pod or ${containers(silent)} must set securityContext.runAsNonRoot=true` }
      : undefined;
  },
};

const runAsUser: Check = {
  id: 'runAsUser',
  check(_metadata, spec) {
    if (spec.hostUsers === false) return undefined;
    const who = setters(
      spec.securityContext?.runAsUser === 0,
      namesWhere(spec, (container) => container.securityContext?.runAsUser === 0),
    );
    return who ? { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` } : undefined;
  },
};

const seccomp: Check = {
  id: 'seccompProfile_restricted',
  overrides: ['seccompProfile_baseline'],
  check(metadata, spec) {
    if (isWindows(spec)) return undefined;
    const explicit = seccompBaseline.check(metadata, spec);
    if (explicit) return explicit;
    if (isGoodSeccomp(spec.securityContext?.seccompProfile?.type)) return undefined;
    const silent = namesWhere(spec, (container) => container.securityContext?.seccompProfile === undefined);
    if (silent.length === 0) return undefined;
    return {
      reason: 'seccompProfile',
      detail: `pod or ${containers(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
    };
  },
};

/** What hardened pods must say of themselves, on top of the baseline. */
export const restrictedChecks: readonly Check[] = [allowPrivilegeEscalation, capabilities, volumeTypes, runAsNonRoot, runAsUser, seccomp];
