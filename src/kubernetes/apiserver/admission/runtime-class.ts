import type { Pod, PodSpec, Toleration } from '../../api/generated/core-v1.ts';
import type { RuntimeClass } from '../../api/generated/node-v1.ts';
import { runtimeClasses } from '../../api/resources.ts';
import { sameValue } from '../../api/validation/equal.ts';
import { ApiError } from '../../machinery/status.ts';
import { isPathSegment } from '../../machinery/validation/names.ts';
import type { ObjectStore } from '../registry.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import { isCore, rejection } from './rejection.ts';

/** Adds to a pod what its runtime class costs and where such pods can run. */
export class RuntimeClassAdmission implements AdmissionPlugin {
  readonly name = 'RuntimeClass';
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  handles(attributes: AdmissionAttributes): boolean {
    return attributes.operation === 'CREATE' && attributes.subresource === '' && isCore(attributes, 'pods');
  }

  mutate(attributes: AdmissionAttributes): void {
    const { spec } = attributes.object as Pod;
    const found = this.#classOf(attributes, spec);
    if (!found) return;
    const overhead = found.overhead?.podFixed;
    if (overhead) {
      if (spec.overhead && !sameValue(spec.overhead, overhead))
        throw rejection(attributes, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
      spec.overhead = { ...overhead };
    }
    if (found.scheduling) schedule(attributes, spec, found.scheduling);
  }

  validate(attributes: AdmissionAttributes): void {
    const { spec } = attributes.object as Pod;
    const overhead = this.#classOf(attributes, spec)?.overhead?.podFixed;
    if (overhead && !sameValue(spec.overhead, overhead))
      throw rejection(attributes, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
    if (!overhead && spec?.overhead)
      throw rejection(attributes, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
  }

  #classOf(attributes: AdmissionAttributes, spec: PodSpec | undefined): RuntimeClass | undefined {
    const name = spec?.runtimeClassName;
    if (!name) return undefined;
    const complaints = isPathSegment(name);
    if (complaints.length > 0)
      throw new ApiError({ code: 500, message: `invalid resource name ${JSON.stringify(name)}: [${complaints.join(', ')}]` });
    const found = this.#store.get(runtimeClasses, '', name);
    if (!found) throw rejection(attributes, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
    return found;
  }
}

function schedule(
  attributes: AdmissionAttributes,
  spec: PodSpec,
  { nodeSelector, tolerations }: NonNullable<RuntimeClass['scheduling']>,
): void {
  for (const [key, value] of Object.entries(nodeSelector ?? {})) {
    const own = spec.nodeSelector?.[key];
    if (own !== undefined && own !== value) {
      const conflict = `runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`;
      throw rejection(attributes, `pod rejected: conflict: ${conflict}`);
    }
  }
  if (nodeSelector) spec.nodeSelector = { ...spec.nodeSelector, ...nodeSelector };
  const missing = (tolerations ?? []).filter((toleration: Toleration) => !spec.tolerations?.some((own) => sameValue(own, toleration)));
  if (missing.length > 0) spec.tolerations = [...(spec.tolerations ?? []), ...missing];
}
