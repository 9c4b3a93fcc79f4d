import type { FlowSchema, PriorityLevelConfiguration } from '../../api/generated/flowcontrol-v1.ts';
import bootstrap from './flow-control.json' with { type: 'json' };

/** Says whether the server may put the specification right again. */
export const AUTO_UPDATE = 'apf.kubernetes.io/autoupdate-spec';

const MANDATORY = new Set(['exempt', 'catch-all']);

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
export const BOOTSTRAP_LEVELS = objects<PriorityLevelConfiguration>('PriorityLevelConfiguration', bootstrap.priorityLevels);
export const BOOTSTRAP_SCHEMAS = objects<FlowSchema>('FlowSchema', bootstrap.flowSchemas);

/** Those that nobody may change: without them there would be requests that belong nowhere. */
export const MANDATORY_LEVELS = BOOTSTRAP_LEVELS.filter(isMandatory);
export const MANDATORY_SCHEMAS = BOOTSTRAP_SCHEMAS.filter(isMandatory);

export function isMandatory({ metadata }: FlowSchema | PriorityLevelConfiguration): boolean {
  return MANDATORY.has(metadata.name ?? '');
}
