import type { Binding, Pod } from '../../api/generated/core-v1.ts';
import { nodes } from '../../api/resources.ts';
import type { ObjectStore } from '../registry.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import { isCore } from './rejection.ts';

const TOPOLOGY = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** Gives a pod the labels that say where its node is, so that it can read them through the downward API. */
export class PodTopologyLabels implements AdmissionPlugin {
  readonly name = 'PodTopologyLabels';
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  handles(attributes: AdmissionAttributes): boolean {
    return attributes.operation === 'CREATE' && (isCore(attributes, 'pods') || isCore(attributes, 'pods', 'binding'));
  }

  mutate({ subresource, object }: AdmissionAttributes): void {
    const bound = object as Pod | Binding | undefined;
    if (!bound) return;
    const labels = this.#labelsOf(subresource === 'binding' ? (bound as Binding).target?.name : (bound as Pod).spec?.nodeName);
    if (labels.length === 0) return;
    bound.metadata ??= {};
    // What is there stays: labels of a binding become the pod's.
    bound.metadata.labels = { ...Object.fromEntries(labels), ...bound.metadata.labels };
  }

  #labelsOf(nodeName: string | undefined): [string, string][] {
    const labels = nodeName ? this.#store.get(nodes, '', nodeName)?.metadata.labels : undefined;
    return Object.entries(labels ?? {}).filter(([key]) => TOPOLOGY.includes(key));
  }
}
