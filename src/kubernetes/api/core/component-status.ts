import { nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { ComponentCondition, ComponentStatus } from '../generated/core-v1.ts';
import { componentStatuses as type } from '../resources.ts';

/** How the parts of the control plane do, found out whenever somebody asks. */
export const componentStatuses = defineResource<ComponentStatus>({
  ...type,
  singular: 'componentstatus',
  shortNames: ['cs'],
  verbs: ['get', 'list'],
  schema: 'io.k8s.api.core.v1.ComponentStatus',
  deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
  columns: [
    nameColumn,
    text('Status', (component) => {
      const condition = healthOf(component);
      return condition ? (condition.status === 'True' ? 'Healthy' : 'Unhealthy') : 'Unknown';
    }),
    text('Message', (component) => healthOf(component)?.message ?? ''),
    text('Error', (component) => healthOf(component)?.error ?? ''),
  ],
});

function healthOf({ conditions }: ComponentStatus): ComponentCondition | undefined {
  return conditions?.find((condition) => condition.type === 'Healthy');
}
