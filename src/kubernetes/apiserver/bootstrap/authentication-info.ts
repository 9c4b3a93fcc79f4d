import type { ConfigMap } from '../../api/generated/core-v1.ts';
import { configMaps } from '../../api/resources.ts';
import type { ApiServerConfig } from '../config.ts';
import type { StartHook } from '../extensions.ts';
import { createMissing } from './create-missing.ts';

/** Tells extension API servers whose certificates this cluster trusts. */
export const authenticationInfoHook: StartHook = {
  name: 'start-cluster-authentication-info-controller',
  async run({ store, config }) {
    await createMissing(store, configMaps, [authenticationInfo(config)], (existing, wanted) =>
      JSON.stringify(existing.data) === JSON.stringify(wanted.data)
        ? undefined
        : { ...existing, data: { ...existing.data, ...wanted.data } },
    );
  },
};

export function authenticationInfo({ clientCA, frontProxy }: ApiServerConfig): ConfigMap {
  const proxy: Record<string, string> = frontProxy.requestHeaderCA
    ? {
        'requestheader-allowed-names': JSON.stringify(frontProxy.allowedNames),
        'requestheader-client-ca-file': frontProxy.requestHeaderCA,
        'requestheader-extra-headers-prefix': JSON.stringify(frontProxy.extraHeaderPrefixes),
        'requestheader-group-headers': JSON.stringify(frontProxy.groupHeaders),
        'requestheader-username-headers': JSON.stringify(frontProxy.usernameHeaders),
      }
    : {};
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'extension-apiserver-authentication', namespace: 'kube-system' },
    data: { ...(clientCA ? { 'client-ca-file': clientCA } : {}), ...proxy },
  };
}
