import type { PriorityClass } from '../../api/generated/scheduling-v1.ts';
import { priorityClasses } from '../../api/resources.ts';
import type { StartHook } from '../extensions.ts';
import { createMissing } from './create-missing.ts';

export const SYSTEM_PRIORITY_CLASSES: readonly PriorityClass[] = [
  systemClass('system-cluster-critical', 2_000_000_000, 'Must run somewhere in the cluster; may be moved to another node.'),
  systemClass('system-node-critical', 2_000_001_000, 'Must run on its node and may not be moved.'),
];

function systemClass(name: string, value: number, description: string): PriorityClass {
  return {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    description,
    preemptionPolicy: 'PreemptLowerPriority',
  };
}

/** The two priorities above all that users may define. */
export const priorityClassesHook: StartHook = {
  name: 'scheduling/bootstrap-system-priority-classes',
  async run({ store }) {
    await createMissing(store, priorityClasses, SYSTEM_PRIORITY_CLASSES);
  },
};
