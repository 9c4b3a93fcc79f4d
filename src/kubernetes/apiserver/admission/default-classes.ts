import type { PersistentVolumeClaim } from '../../api/generated/core-v1.ts';
import type { Ingress } from '../../api/generated/networking-v1.ts';
import { ingressClasses, storageClasses } from '../../api/resources.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import type { ObjectStore } from '../registry.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import { isCore } from './rejection.ts';

const CLAIM_CLASS = 'volume.beta.kubernetes.io/storage-class';
const INGRESS_CLASS = 'kubernetes.io/ingress.class';
const STORAGE_DEFAULTS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];
const INGRESS_DEFAULTS = ['ingressclass.kubernetes.io/is-default-class'];

/** Claims that name no class get the default one, if there is any. */
export class DefaultStorageClass implements AdmissionPlugin {
  readonly name = 'DefaultStorageClass';
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  handles(attributes: AdmissionAttributes): boolean {
    return attributes.operation === 'CREATE' && attributes.subresource === '' && isCore(attributes, 'persistentvolumeclaims');
  }

  mutate({ object }: AdmissionAttributes): void {
    const { metadata, spec } = object as PersistentVolumeClaim;
    if (!spec || spec.storageClassName !== undefined || metadata.annotations?.[CLAIM_CLASS] !== undefined) return;
    const name = defaultOf(this.#store, storageClasses, STORAGE_DEFAULTS);
    if (name) spec.storageClassName = name;
  }
}

/** Ingresses that name no class get the default one, if there is any. */
export class DefaultIngressClass implements AdmissionPlugin {
  readonly name = 'DefaultIngressClass';
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  handles({ operation, subresource, resource }: AdmissionAttributes): boolean {
    return operation === 'CREATE' && subresource === '' && resource.group === 'networking.k8s.io' && resource.plural === 'ingresses';
  }

  mutate({ object }: AdmissionAttributes): void {
    const { metadata, spec } = object as Ingress;
    if (!spec || spec.ingressClassName !== undefined || metadata.annotations?.[INGRESS_CLASS] !== undefined) return;
    const name = defaultOf(this.#store, ingressClasses, INGRESS_DEFAULTS);
    if (name) spec.ingressClassName = name;
  }
}

/** Of several defaults the newest, and of those the first by name. */
function defaultOf<T extends KubeObject>(store: ObjectStore, type: ResourceType<T>, annotations: readonly string[]): string | undefined {
  const defaults = store.list(type).filter(({ metadata }) => annotations.some((name) => metadata.annotations?.[name] === 'true'));
  const age = ({ metadata }: T) => Date.parse(metadata.creationTimestamp ?? '');
  const [first] = defaults.sort((a, b) => age(b) - age(a) || ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  return first?.metadata.name;
}
