import type { Clock } from '../../../base/clock.ts';
import type { ResourceDefinition } from '../../api/define.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { AdmissionAttributes, AdmissionKind, AdmissionOperation } from '../admission/admission.ts';
import type { WatchCache } from '../store/watch-cache.ts';
import type { AdmissionChain } from './admission-chain.ts';
import type { WriteContext } from './context.ts';
import type { HookRegistry } from './kind-hooks.ts';
import type { ObjectWriter } from './object-writer.ts';

/** What every write needs. */
export interface Registry {
  readonly cache: WatchCache;
  readonly writer: ObjectWriter;
  readonly admission: AdmissionChain;
  readonly hooks: HookRegistry;
  readonly clock: Clock;
  /** What is served at a group, version and plural. */
  find(group: string, version: string, plural: string): ResourceDefinition | undefined;
}

/** Where a write goes. `subresource` is empty for the object itself. */
export interface Target<T extends KubeObject = KubeObject> {
  readonly definition: ResourceDefinition<T>;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** What admission plugins get to see of a write. */
export function admissionAttributes(
  operation: AdmissionOperation,
  target: Target,
  write: WriteContext,
  objects: { object?: KubeObject; oldObject?: KubeObject; kind?: AdmissionKind; options?: object },
): AdmissionAttributes {
  return {
    operation,
    resource: target.definition,
    subresource: target.subresource,
    namespace: target.namespace,
    name: target.name,
    user: write.user,
    ...(write.verb ? { verb: write.verb } : {}),
    dryRun: write.dryRun,
    signal: write.signal,
    warn: write.warn,
    ...(write.annotate ? { annotate: write.annotate } : {}),
    ...(write.options ? { options: write.options } : {}),
    ...objects,
  };
}
