import type { ConfigMap } from '../../api/generated/core-v1.ts';
import { configMaps } from '../../api/resources.ts';
import { formatTime } from '../../machinery/meta.ts';
import type { StartHook } from '../extensions.ts';
import { createMissing } from './create-missing.ts';

/** Writes down since when the use of tokens in Secrets is noticed, which decides when unused ones may be cleaned up. */
export const legacyTokenTrackingHook: StartHook = {
  name: 'start-legacy-token-tracking-controller',
  async run({ store, clock }) {
    const [since = ''] = formatTime(clock.now()).split('T');
    const tracking: ConfigMap = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kube-apiserver-legacy-service-account-token-tracking', namespace: 'kube-system' },
      data: { since },
    };
    await createMissing(store, configMaps, [tracking]);
  },
};
