import type { ResourceDefinition, ScalePaths } from '../../api/define.ts';
import type { KubeObject, LabelSelector } from '../../machinery/meta.ts';
import { FieldTypeError, integerAt, stringAt, withValueAt } from '../../machinery/nested.ts';
import { formatLabelSelector } from '../../machinery/selectors.ts';
import { ApiError } from '../../machinery/status.ts';

/** What a Scale shows of an object. */
export interface ScaleFields {
  /** Undefined where the object does not say. */
  readonly wanted: number | undefined;
  readonly present: number;
  readonly selector: string;
}

interface Scalable extends KubeObject {
  spec: { replicas?: number; selector?: LabelSelector | Record<string, string> };
  status?: { replicas?: number };
}

/** The replicas of an object: where kinds usually have them, or where a custom resource says. */
export function scaleFields({ custom }: ResourceDefinition, object: KubeObject): ScaleFields {
  if (custom?.scale) return fieldsAt(object, custom.scale);
  const { spec, status } = object as Scalable;
  return { wanted: spec.replicas ?? 0, present: status?.replicas ?? 0, selector: selectorText(spec.selector) };
}

/** The object with other replicas; nothing of the one given is changed. */
export function withReplicas({ custom }: ResourceDefinition, object: KubeObject, replicas: number): KubeObject {
  const path = custom?.scale?.specReplicas ?? ['spec', 'replicas'];
  return orPlainFailure(() => withValueAt(object, path, replicas));
}

function fieldsAt(object: KubeObject, { specReplicas, statusReplicas, labelSelector }: ScalePaths): ScaleFields {
  return orPlainFailure(() => ({
    wanted: integerAt(object, specReplicas),
    present: integerAt(object, statusReplicas) ?? 0,
    selector: (labelSelector && stringAt(object, labelSelector)) ?? '',
  }));
}

function orPlainFailure<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FieldTypeError) throw new ApiError({ code: 500, message: error.message });
    throw error;
  }
}

/** ReplicationControllers select by plain labels, everything else by a LabelSelector. */
function selectorText(selector: Scalable['spec']['selector']): string {
  if (!selector) return '';
  const isLabels = !('matchLabels' in selector) && !('matchExpressions' in selector);
  return formatLabelSelector(isLabels ? { matchLabels: selector as Record<string, string> } : (selector as LabelSelector));
}
