import type { ResourceDefinition } from '../../api/define.ts';
import type { KubeObject } from '../../machinery/meta.ts';

/** Records in managedFields who set which fields of a new object. */
export function trackCreate(_definition: ResourceDefinition, _object: KubeObject, _manager: string, _now: number): void {}
