import { describe, expect, test } from 'vitest';
import type { Container, PodSpec } from '../../../api/generated/core-v1.ts';
import { describeViolations, type Level, policyOf, violations } from './policy.ts';

type Security = Container['securityContext'];
const pod = (more: Partial<PodSpec> = {}, security?: Security, container: Partial<Container> = {}): PodSpec => ({
  containers: [{ name: 'c', ...(security ? { securityContext: security } : {}), ...container }],
  ...more,
});
const HARDENED: Security = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

const told = (level: Level, spec: PodSpec, annotations?: Record<string, string>) =>
  describeViolations(violations({ level, version: 'latest' }, annotations ? { annotations } : {}, spec));

describe('baseline', () => {
  test.each<{ spec: PodSpec; text: string }>([
    { spec: pod({ hostNetwork: true, hostIPC: true }), text: 'host namespaces (hostNetwork=true, hostIPC=true)' },
    {
      spec: pod({
        volumes: [
          { name: 'a', hostPath: { path: '/' } },
          { name: 'b', hostPath: { path: '/' } },
        ],
      }),
      text: 'hostPath volumes (volumes "a", "b")',
    },
    { spec: pod({}, { privileged: true }), text: 'privileged (container "c" must not set securityContext.privileged=true)' },
    {
      spec: pod({}, { capabilities: { add: ['NET_ADMIN', 'CHOWN'] } }),
      text: 'non-default capabilities (container "c" must not include "NET_ADMIN" in securityContext.capabilities.add)',
    },
    { spec: pod({}, undefined, { ports: [{ containerPort: 80, hostPort: 80 }] }), text: 'hostPort (container "c" uses hostPort 80)' },
    { spec: pod({}, { procMount: 'Unmasked' }), text: 'procMount (container "c" must not set securityContext.procMount to "Unmasked")' },
    {
      spec: pod({ securityContext: { seccompProfile: { type: 'Unconfined' } } }),
      text: 'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
    },
    {
      spec: pod({
        securityContext: {
          sysctls: [
            { name: 'kernel.msgmax', value: '1' },
            { name: 'net.ipv4.tcp_syncookies', value: '1' },
          ],
        },
      }),
      text: 'forbidden sysctls (kernel.msgmax)',
    },
    {
      spec: pod({}, { seLinuxOptions: { type: 'x', user: 'y' } }),
      text: 'seLinuxOptions (container "c" set forbidden securityContext.seLinuxOptions: type "x"; user may not be set)',
    },
    {
      spec: pod({}, { windowsOptions: { hostProcess: true } }),
      text: 'hostProcess (container "c" must not set securityContext.windowsOptions.hostProcess=true)',
    },
    {
      spec: pod({}, undefined, { livenessProbe: { httpGet: { host: 'other', port: 80 } } }),
      text: 'probe or lifecycle host (container "c" uses probe or lifecycle host "other")',
    },
  ])('$text', ({ spec, text }) => {
    expect(told('baseline', spec)).toBe(text);
    expect(told('privileged', spec)).toBe('');
  });

  test('an ordinary pod keeps it', () => {
    expect(told('baseline', pod({ volumes: [{ name: 'a', emptyDir: {} }] }, { runAsUser: 0 }))).toBe('');
  });

  test('AppArmor may not be switched off by annotation', () => {
    const key = 'container.apparmor.security.beta.kubernetes.io/c';
    expect(told('baseline', pod(), { [key]: 'unconfined' })).toBe(`forbidden AppArmor profile (${key}="unconfined")`);
  });
});

describe('restricted', () => {
  test.each<{ spec: PodSpec; text: string }>([
    {
      spec: pod({ volumes: [{ name: 'a', hostPath: { path: '/' } }] }, HARDENED),
      text: 'restricted volume types (volume "a" uses restricted volume type "hostPath")',
    },
    { spec: pod({}, { ...HARDENED, runAsUser: 0 }), text: 'runAsUser=0 (container "c" must not set runAsUser=0)' },
    {
      spec: pod({}, { ...HARDENED, runAsNonRoot: false }),
      text: 'runAsNonRoot != true (container "c" must not set securityContext.runAsNonRoot=false)',
    },
    {
      spec: pod({}, { ...HARDENED, capabilities: { drop: ['ALL'], add: ['CHOWN', 'NET_BIND_SERVICE'] } }),
      text: 'unrestricted capabilities (container "c" must not include "CHOWN" in securityContext.capabilities.add)',
    },
    {
      spec: pod({}, { ...HARDENED, seccompProfile: { type: 'Unconfined' } }),
      text: 'seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")',
    },
  ])('$text', ({ spec, text }) => {
    expect(told('restricted', spec)).toBe(text);
  });

  test('a hardened pod keeps it, also where the pod says it for its containers', () => {
    expect(told('restricted', pod({}, HARDENED))).toBe('');
    const byPod = { runAsNonRoot: true, seccompProfile: { type: 'Localhost' as const } };
    expect(told('restricted', pod({ securityContext: byPod }, { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }))).toBe(
      '',
    );
  });
});

describe('namespace labels', () => {
  test('say nothing: everything goes', () => {
    expect(policyOf({}).policy.enforce).toEqual({ level: 'privileged', version: 'latest' });
  });

  test('a level that nobody knows stops pods and is told', () => {
    const { policy, faults } = policyOf({
      'pod-security.kubernetes.io/enforce': 'x',
      'pod-security.kubernetes.io/warn': 'y',
      'pod-security.kubernetes.io/warn-version': 'v2',
    });
    expect([policy.enforce.level, policy.warn.level]).toEqual(['restricted', 'privileged']);
    expect(faults.map(({ field }) => field)).toEqual([
      'metadata.labels[pod-security.kubernetes.io/enforce]',
      'metadata.labels[pod-security.kubernetes.io/warn]',
      'metadata.labels[pod-security.kubernetes.io/warn-version]',
    ]);
  });
});
