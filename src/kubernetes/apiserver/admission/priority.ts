import type { Pod, PodSpec } from '../../api/generated/core-v1.ts';
import type { PriorityClass } from '../../api/generated/scheduling-v1.ts';
import { priorityClasses } from '../../api/resources.ts';
import { SYSTEM_PRIORITY_CLASSES } from '../bootstrap/priority-classes.ts';
import type { ObjectStore } from '../registry.ts';
import type { AdmissionAttributes, AdmissionPlugin } from './admission.ts';
import { isCore, rejection } from './rejection.ts';

/** Turns a pod's priority class into the number that the scheduler and the kubelet compare. */
export class PriorityAdmission implements AdmissionPlugin {
  readonly name = 'Priority';
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  handles(attributes: AdmissionAttributes): boolean {
    const writes = attributes.operation === 'CREATE' || attributes.operation === 'UPDATE';
    return writes && (isCore(attributes, 'pods') || isPriorityClass(attributes));
  }

  mutate(attributes: AdmissionAttributes): void {
    if (isPriorityClass(attributes)) return;
    const { spec } = attributes.object as Pod;
    if (!spec) return;
    if (attributes.operation === 'UPDATE') keepPriority(spec, (attributes.oldObject as Pod | undefined)?.spec);
    else this.#resolve(attributes, spec);
  }

  validate(attributes: AdmissionAttributes): void {
    if (!isPriorityClass(attributes)) return;
    const priorityClass = attributes.object as PriorityClass;
    if (!priorityClass.globalDefault) return;
    const existing = this.#default();
    if (existing && existing.metadata.name !== priorityClass.metadata.name) {
      throw rejection(attributes, `PriorityClass ${existing.metadata.name} is already marked as default. Only one default can exist`);
    }
  }

  #resolve(attributes: AdmissionAttributes, spec: PodSpec): void {
    const found = spec.priorityClassName ? this.#named(spec.priorityClassName) : this.#default();
    if (spec.priorityClassName && !found) throw rejection(attributes, `no PriorityClass with name ${spec.priorityClassName} was found`);
    const priority = found?.value ?? 0;
    const policy = found?.preemptionPolicy ?? 'PreemptLowerPriority';
    if (spec.priority !== undefined && spec.priority !== priority)
      throw rejection(attributes, providedText('integer', 'priority', spec.priority, priority));
    if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
      throw rejection(attributes, providedText('string', 'PreemptionPolicy', spec.preemptionPolicy, policy));
    }
    if (found?.metadata.name) spec.priorityClassName = found.metadata.name;
    spec.priority = priority;
    spec.preemptionPolicy = policy;
  }

  #named(name: string): PriorityClass | undefined {
    return this.#store.get(priorityClasses, '', name) ?? SYSTEM_PRIORITY_CLASSES.find((known) => known.metadata.name === name);
  }

  /** Of several defaults, which older servers let in, the lowest. */
  #default(): PriorityClass | undefined {
    const defaults = this.#store.list(priorityClasses).filter((known) => known.globalDefault);
    return defaults.sort((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];
  }
}

function isPriorityClass({ resource }: AdmissionAttributes): boolean {
  return resource.group === 'scheduling.k8s.io' && resource.plural === 'priorityclasses';
}

/** Clients that do not know the fields leave them out of updates. */
function keepPriority(spec: PodSpec, previous: PodSpec | undefined): void {
  if (spec.priority === undefined && previous?.priority !== undefined) spec.priority = previous.priority;
  if (spec.preemptionPolicy === undefined && previous?.preemptionPolicy !== undefined) spec.preemptionPolicy = previous.preemptionPolicy;
}

function providedText(type: string, field: string, given: string | number, computed: string | number): string {
  return `the ${type} value of ${field} (${given}) must not be provided in pod spec; priority admission controller computed ${computed} from the given PriorityClass name`;
}
