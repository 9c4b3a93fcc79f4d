import { namespaces } from '../../api/resources.ts';
import { forbidden, notFound } from '../../machinery/status.ts';
import type { ObjectStore } from '../registry.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import { rejection } from './rejection.ts';

const IMMORTAL = new Set(['default', 'kube-system', 'kube-public']);
const ACCESS_REVIEWS = 'authorization.k8s.io';

/** No new objects in namespaces that are not there or on their way out; some namespaces cannot be deleted. */
export class NamespaceLifecycle implements AdmissionPlugin {
  readonly name = 'NamespaceLifecycle';
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  handles({ operation, resource, namespace }: AdmissionAttributes): boolean {
    if (operation === 'CONNECT') return false;
    if (resource.group === '' && resource.plural === 'namespaces') return operation === 'DELETE';
    return operation !== 'DELETE' && namespace !== '' && resource.namespaced && resource.group !== ACCESS_REVIEWS;
  }

  mutate(attributes: AdmissionAttributes): void {
    if (attributes.operation === 'DELETE') refuseImmortal(attributes);
    else this.#checkNamespace(attributes);
  }

  #checkNamespace(attributes: AdmissionAttributes): void {
    const { namespace: name, operation } = attributes;
    const namespace = this.#store.get(namespaces, '', name);
    if (!namespace) throw notFound(namespaces, name);
    if (operation !== 'CREATE' || namespace.status?.phase !== 'Terminating') return;
    const error = rejection(attributes, `unable to create new content in namespace ${name} because it is being terminated`);
    const cause = { reason: 'NamespaceTerminating', message: `namespace ${name} is being terminated`, field: 'metadata.namespace' };
    error.status.details = { ...error.status.details, causes: [cause] };
    throw error;
  }
}

function refuseImmortal({ resource, name, subresource }: AdmissionAttributes): void {
  if (subresource === '' && IMMORTAL.has(name)) throw forbidden(resource, name, 'this namespace may not be deleted');
}
