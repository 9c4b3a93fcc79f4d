import { expect, test } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { MemoryObjectStore } from '../../../../test/support/memory-object-store.ts';
import { alwaysAllowAuthorizer } from '../authorization/privileged-groups.ts';
import { RbacIndex } from '../authorization/rbac/rbac-index.ts';
import { RuleResolver } from '../authorization/rbac/rule-resolver.ts';
import type { ApiServerConfig } from '../config.ts';
import type { ServerCore } from '../extensions.ts';
import { AdmissionMetrics } from '../metrics/admission-metrics.ts';
import { ServedKinds } from '../served-kinds.ts';
import { BackendClient } from '../streaming/backend.ts';
import { admissionPlugins } from './plugins.ts';

function pluginsWith(config: Partial<ApiServerConfig>): string[] {
  using owned = new DisposableStack();
  const store = new MemoryObjectStore();
  const defaults = {
    enableAdmissionPlugins: [],
    disableAdmissionPlugins: [],
    authorizationModes: ['RBAC'],
  };
  const core = { store, clock: new FakeClock(), config: { ...defaults, ...config }, kinds: new ServedKinds([]) } as unknown as ServerCore;
  const resolver = new RuleResolver(store, owned.use(new RbacIndex(store)));
  return admissionPlugins(core, {
    authorizer: alwaysAllowAuthorizer,
    resolver,
    client: owned.use(new BackendClient()),
    owned,
    observer: new AdmissionMetrics(),
  }).map(({ name }) => name);
}

test('NodeRestriction comes with the Node authorizer or by name', () => {
  expect(pluginsWith({})).not.toContain('NodeRestriction');
  expect(pluginsWith({ authorizationModes: ['Node', 'RBAC'] })).toContain('NodeRestriction');
  expect(pluginsWith({ enableAdmissionPlugins: ['NodeRestriction'] })).toContain('NodeRestriction');
});

test('a plugin can be switched off, checks that belong to a kind cannot', () => {
  const left = pluginsWith({ disableAdmissionPlugins: ['ServiceAccount', 'PodSecurity', 'ClusterTrustBundleAttest'] });
  expect(left).not.toContain('ServiceAccount');
  expect(left).toContain('RBACEscalation');
});

test.each([{ disableAdmissionPlugins: ['PodSecurty'] }, { enableAdmissionPlugins: ['ClusterTrustBundleAttest'] }])(
  '%o names nothing there is',
  (config) => {
    expect(() => pluginsWith(config)).toThrow(/^unknown admission plugin ".+"; known are NamespaceLifecycle, /);
  },
);
