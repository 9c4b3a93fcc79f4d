import { type Check, containers, containersOf, namesWhere, plural, quoted, setters, sortedSet } from './check.ts';
import { hostProbes } from './host-probes.ts';
import type { Container, EphemeralContainer } from './types.ts';

type AnyContainer = Container | EphemeralContainer;

const DEFAULT_CAPABILITIES = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(' '),
);
const SELINUX_TYPES = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']);
const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);
const APPARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';

export const isGoodSeccomp = (type: string | undefined) => type === 'RuntimeDefault' || type === 'Localhost';
const isGoodAppArmor = (type: string | undefined) => type === undefined || type === 'RuntimeDefault' || type === 'Localhost';
const isGoodAppArmorText = (text: string) => text === '' || text === 'runtime/default' || text.startsWith('localhost/');

const appArmor: Check = {
  id: 'appArmorProfile',
  check({ annotations = {} }, spec) {
    const podType = spec.securityContext?.appArmorProfile?.type;
    const bad = containersOf(spec).filter((container) => !isGoodAppArmor(container.securityContext?.appArmorProfile?.type));
    const values = [
      ...(isGoodAppArmor(podType) ? [] : [podType]),
      ...bad.map((container) => container.securityContext?.appArmorProfile?.type),
    ];
    const who = setters(
      !isGoodAppArmor(podType),
      bad.map((container) => container.name),
    );
    const fields = who ? [`${who} must not set AppArmor profile type to ${quoted(sortedSet(values.map(String)))}`] : [];
    const texts = Object.entries(annotations).filter(([key, value]) => key.startsWith(APPARMOR_ANNOTATION) && !isGoodAppArmorText(value));
    const details = [...fields, ...texts.map(([key, value]) => `${key}="${value}"`).sort()];
    if (details.length === 0) return undefined;
    return {
      reason: plural('forbidden AppArmor profile', 'forbidden AppArmor profiles', values.length + texts.length),
      detail: details.join(', '),
    };
  },
};

const capabilities: Check = {
  id: 'capabilities_baseline',
  check(_metadata, spec) {
    const extra = (container: AnyContainer) =>
      (container.securityContext?.capabilities?.add ?? []).filter((name) => !DEFAULT_CAPABILITIES.has(name));
    const bad = namesWhere(spec, (container) => extra(container).length > 0);
    if (bad.length === 0) return undefined;
    const added = quoted(sortedSet(containersOf(spec).flatMap(extra)));
    return {
      reason: 'non-default capabilities',
      detail: `${containers(bad)} must not include ${added} in securityContext.capabilities.add`,
    };
  },
};

const hostNamespaces: Check = {
  id: 'hostNamespaces',
  check(_metadata, spec) {
    const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => spec[name]);
    return used.length > 0 ? { reason: 'host namespaces', detail: used.map((name) => `${name}=true`).join(', ') } : undefined;
  },
};

const hostPathVolumes: Check = {
  id: 'hostPathVolumes',
  check(_metadata, spec) {
    const names = (spec.volumes ?? []).filter((volume) => volume.hostPath).map((volume) => volume.name);
    return names.length > 0
      ? { reason: 'hostPath volumes', detail: `${plural('volume', 'volumes', names.length)} ${quoted(names)}` }
      : undefined;
  },
};

const hostPorts: Check = {
  id: 'hostPorts',
  check(_metadata, spec) {
    const portsOf = (container: AnyContainer) => (container.ports ?? []).flatMap((port) => port.hostPort || []);
    const bad = namesWhere(spec, (container) => portsOf(container).length > 0);
    if (bad.length === 0) return undefined;
    const ports = sortedSet(containersOf(spec).flatMap(portsOf).map(String));
    const uses = `${plural('uses', 'use', bad.length)} ${plural('hostPort', 'hostPorts', ports.length)}`;
    return { reason: 'hostPort', detail: `${containers(bad)} ${uses} ${ports.join(', ')}` };
  },
};

const privileged: Check = {
  id: 'privileged',
  check(_metadata, spec) {
    const bad = namesWhere(spec, (container) => container.securityContext?.privileged === true);
    return bad.length > 0 ? { reason: 'privileged', detail: `${containers(bad)} must not set securityContext.privileged=true` } : undefined;
  },
};

const procMount: Check = {
  id: 'procMount',
  check(_metadata, spec) {
    if (spec.hostUsers === false) return undefined;
    const typeOf = (container: AnyContainer) => container.securityContext?.procMount;
    const bad = namesWhere(spec, (container) => (typeOf(container) ?? 'Default') !== 'Default');
    if (bad.length === 0) return undefined;
    const types = quoted(
      sortedSet(
        containersOf(spec).flatMap((container) => ((typeOf(container) ?? 'Default') === 'Default' ? [] : [String(typeOf(container))])),
      ),
    );
    return { reason: 'procMount', detail: `${containers(bad)} must not set securityContext.procMount to ${types}` };
  },
};

const seLinux: Check = {
  id: 'seLinuxOptions',
  check(_metadata, spec) {
    type Options = { type?: string; user?: string; role?: string } | undefined;
    const isBad = (options: Options) => !SELINUX_TYPES.has(options?.type ?? '') || Boolean(options?.user) || Boolean(options?.role);
    const podOptions = spec.securityContext?.seLinuxOptions;
    const bad = namesWhere(spec, (container) => isBad(container.securityContext?.seLinuxOptions));
    const who = setters(isBad(podOptions), bad);
    if (!who) return undefined;
    const all: Options[] = [podOptions, ...containersOf(spec).map((container) => container.securityContext?.seLinuxOptions)];
    const types = sortedSet(all.flatMap((options) => options?.type ?? []).filter((type) => !SELINUX_TYPES.has(type)));
    const faults = [
      ...(types.length > 0 ? [`${plural('type', 'types', types.length)} ${quoted(types)}`] : []),
      ...(all.some((options) => options?.user) ? ['user may not be set'] : []),
      ...(all.some((options) => options?.role) ? ['role may not be set'] : []),
    ];
    return { reason: 'seLinuxOptions', detail: `${who} set forbidden securityContext.seLinuxOptions: ${faults.join('; ')}` };
  },
};

/** Explicitly bad seccomp profiles, which both levels refuse in the same words. */
export const seccompBaseline: Check = {
  id: 'seccompProfile_baseline',
  check(_metadata, spec) {
    const isBad = (profile: { type: string } | undefined) => profile !== undefined && !isGoodSeccomp(profile.type);
    const pod = spec.securityContext?.seccompProfile;
    const bad = containersOf(spec).filter((container) => isBad(container.securityContext?.seccompProfile));
    const who = setters(
      isBad(pod),
      bad.map((container) => container.name),
    );
    if (!who) return undefined;
    const values = [...(isBad(pod) ? [pod] : []), ...bad.map((container) => container.securityContext?.seccompProfile)];
    return {
      reason: 'seccompProfile',
      detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(sortedSet(values.map((profile) => profile?.type ?? '')))}`,
    };
  },
};

const sysctls: Check = {
  id: 'sysctls',
  check(_metadata, spec) {
    const names = (spec.securityContext?.sysctls ?? []).map((sysctl) => sysctl.name).filter((name) => !SAFE_SYSCTLS.has(name));
    return names.length > 0 ? { reason: 'forbidden sysctls', detail: names.join(', ') } : undefined;
  },
};

const windowsHostProcess: Check = {
  id: 'windowsHostProcess',
  check(_metadata, spec) {
    const podIsBad = spec.securityContext?.windowsOptions?.hostProcess === true;
    const bad = namesWhere(spec, (container) => container.securityContext?.windowsOptions?.hostProcess === true);
    const who = setters(podIsBad, bad);
    return who ? { reason: 'hostProcess', detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` } : undefined;
  },
};

/** Keeps known ways to become root on the node shut. In the order of their ids, which messages follow. */
export const baselineChecks: readonly Check[] = [
  appArmor,
  capabilities,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbes,
  privileged,
  procMount,
  seLinux,
  seccompBaseline,
  sysctls,
  windowsHostProcess,
];
