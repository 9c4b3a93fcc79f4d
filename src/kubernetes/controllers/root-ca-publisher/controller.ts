import type { ConfigMap } from '../../api/generated/core-v1.ts';
import { configMaps, namespaces } from '../../api/resources.ts';
import type { ControllerDefinition } from '../framework/controller.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { isGoingAway } from '../namespace/terminating.ts';

const NAME = 'kube-root-ca.crt';
const SELECTION = { fieldSelector: `metadata.name=${NAME}` };
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. ' +
  'No other usage is guaranteed across distributions of Kubernetes clusters.';

/** Every namespace has a ConfigMap with the certificate authority by which its pods trust the API server. */
export function rootCaPublisher(rootCa: string): ControllerDefinition {
  return defineController({
    name: 'root-ca-certificate-publisher',
    primary: namespaces,
    watches: [watchOf(configMaps, ({ next, previous }) => [(next ?? previous)?.metadata.namespace ?? ''], SELECTION)],

    async reconcile(name, { cache, api }, signal) {
      const namespace = cache.get(namespaces, name);
      if (!namespace || isGoingAway(namespace)) return done;
      const present = cache.informer(configMaps, SELECTION).get(`${name}/${NAME}`);
      const wanted = configMapFor(name, rootCa);
      if (!present) await api.create(configMaps, wanted, {}, signal);
      else if (!isRight(present, wanted)) await api.update(configMaps, { ...present, ...corrected(present, wanted) }, {}, signal);
      return done;
    },
  });
}

function configMapFor(namespace: string, rootCa: string): ConfigMap {
  const annotations = { 'kubernetes.io/description': DESCRIPTION };
  return { metadata: { namespace, name: NAME, annotations }, data: { 'ca.crt': rootCa } };
}

function isRight(present: ConfigMap, wanted: ConfigMap): boolean {
  const { data = {}, metadata } = present;
  if (Object.keys(data).length !== 1 || data['ca.crt'] !== wanted.data?.['ca.crt']) return false;
  return Object.keys(metadata.annotations ?? {}).length > 0;
}

function corrected({ metadata }: ConfigMap, wanted: ConfigMap): ConfigMap {
  return { metadata: { ...metadata, annotations: { ...metadata.annotations, ...wanted.metadata.annotations } }, data: wanted.data };
}
