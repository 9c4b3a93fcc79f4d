import { expect } from 'vitest';
import { behaviour } from '../../support/conformance-space.ts';

const ids = 'id -u; id -g; id -G';

behaviour('users and groups: of the pod, of the container before the pod, with more groups', async (space) => {
  const containers = [{ run: ids }];
  expect(await space.output({ securityContext: { runAsUser: 1001, runAsGroup: 2002 }, containers })).toBe('1001\n2002\n2002\n');
  expect(await space.output({ containers: [{ run: ids, securityContext: { runAsUser: 1002, runAsGroup: 2003 } }] })).toBe(
    '1002\n2003\n2003\n',
  );
  const both = {
    securityContext: { runAsUser: 1, supplementalGroups: [1234, 5678] },
    containers: [{ run: ids, securityContext: { runAsUser: 65534 } }],
  };
  expect(await space.output(both)).toBe('65534\n0\n0 1234 5678\n');
});

behaviour('runAsNonRoot refuses root, by number and by image', async (space) => {
  for (const securityContext of [{ runAsNonRoot: true, runAsUser: 0 }, { runAsNonRoot: true }]) {
    const pod = await space.pod({ containers: [{ run: 'true', securityContext }] });
    const { status } = await space.podIs(pod, (seen) =>
      expect(seen.status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('CreateContainerConfigError'),
    );
    expect(status?.containerStatuses?.[0]?.state?.waiting?.message).toMatch(/non-root|runAsNonRoot/);
  }
});

behaviour('privileges: none by default, given, and never more', async (space) => {
  const run = 'mount -t tmpfs none /tmp 2>&1 && echo privileged; grep NoNewPrivs /proc/self/status; grep CapEff /proc/self/status';
  const plain = await space.output({ containers: [{ run, securityContext: { privileged: false, allowPrivilegeEscalation: false } }] });
  expect(plain).not.toContain('privileged');
  expect(plain).toMatch(/NoNewPrivs:\t1/);
  const given = await space.output({ containers: [{ run, securityContext: { privileged: true } }] });
  expect(given).toContain('privileged');
  const capable = await space.output({ containers: [{ run, securityContext: { capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] } } }] });
  expect(capable).toMatch(/CapEff:\t0000000000001000/);
});

behaviour('sysctls: safe ones are set, unknown ones refused by the node, bad ones by the API', async (space) => {
  const sysctl = (name: string, value: string) => ({ securityContext: { sysctls: [{ name, value }] } });
  const log = await space.output({
    ...sysctl('kernel.shm_rmid_forced', '1'),
    containers: [{ run: 'cat /proc/sys/kernel/shm_rmid_forced' }],
  });
  expect(log).toBe('1\n');
  const pod = await space.pod({ ...sysctl('kernel.msgmax', '10000000000'), containers: [{ run: 'true' }] });
  await space.podIs(pod, ({ status }) => expect(status).toMatchObject({ phase: 'Failed', reason: 'SysctlForbidden' }));
  for (const name of ['foo-', 'kernel.shmmax.', 'safe/-sysctl']) {
    await expect(space.pod({ ...sysctl(name, '1'), containers: [{ run: 'true' }] })).rejects.toThrow('Invalid value');
  }
});

behaviour('processes can be shared by the containers of a pod, or with the node', async (space) => {
  const pod = await space.pod({ shareProcessNamespace: true, containers: [{ run: 'sleep 987' }, { name: 'other', run: 'sleep 600' }] });
  await space.ready(pod);
  expect(await space.kubectl('exec', pod, '-c', 'other', '--', 'ps')).toContain('sleep 987');
  expect(await space.output({ hostPID: true, containers: [{ run: 'ps | grep -c "[k]ubelet\\|[c]ontainerd"' }] })).toMatch(/^[1-9]/);
  expect(await space.output({ hostNetwork: true, containers: [{ run: 'hostname; ip address' }] })).toContain('eth0');
});

behaviour('a pod of a RuntimeClass that is not there is refused', async (space) => {
  await expect(space.pod({ runtimeClassName: 'nope', containers: [{ run: 'true' }] })).rejects.toThrow(/RuntimeClass "nope" not found/);
});
