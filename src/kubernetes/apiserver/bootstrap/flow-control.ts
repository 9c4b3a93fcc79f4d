import type { FlowSchema, PriorityLevelConfiguration } from '../../api/generated/flowcontrol-v1.ts';
import { flowSchemas, priorityLevelConfigurations } from '../../api/resources.ts';
import type { StartHook } from '../extensions.ts';
import { createMissing } from './create-missing.ts';
import bootstrap from './flow-control.json' with { type: 'json' };

const AUTO_UPDATE = 'apf.kubernetes.io/autoupdate-spec';

function objects<T extends FlowSchema | PriorityLevelConfiguration>(kind: string, specs: readonly { name: string; spec: object }[]): T[] {
  return specs.map(
    ({ name, spec }) =>
      ({
        apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
        kind,
        metadata: { name, annotations: { [AUTO_UPDATE]: 'true' } },
        spec,
      }) as unknown as T,
  );
}

/** The priority levels every cluster has, and which requests belong to which. */
export const flowControlHook: StartHook = {
  name: 'priority-and-fairness-config-producer',
  async run({ store }) {
    await createMissing(
      store,
      priorityLevelConfigurations,
      objects<PriorityLevelConfiguration>('PriorityLevelConfiguration', bootstrap.priorityLevels),
    );
    await createMissing(store, flowSchemas, objects<FlowSchema>('FlowSchema', bootstrap.flowSchemas));
  },
};
