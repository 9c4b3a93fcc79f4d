import type { ScalePaths } from '../../api/define.ts';
import type { CustomResourceSubresourceScale } from '../../api/generated/apiextensions-v1.ts';
import type { FieldError } from '../../machinery/field-error.ts';
import { FieldTypeError, integerAt, stringAt } from '../../machinery/nested.ts';
import { invalidValue } from '../../machinery/validation/faults.ts';

const MAX_REPLICAS = 2 ** 31 - 1;

/** `.spec.replicas` as the fields on the way. */
export function pathOf(path: string): string[] {
  return path.replace(/^\./, '').split('.');
}

export function scalePathsOf(scale: CustomResourceSubresourceScale): ScalePaths {
  return {
    specReplicas: pathOf(scale.specReplicasPath),
    statusReplicas: pathOf(scale.statusReplicasPath),
    ...(scale.labelSelectorPath && { labelSelector: pathOf(scale.labelSelectorPath) }),
  };
}

/** Faults of the replicas that an object asks for. */
export function* scaleSpecFaults(object: object, scale: CustomResourceSubresourceScale | undefined): Iterable<FieldError> {
  if (scale) yield* replicasFaults(object, scale.specReplicasPath);
}

/** Faults of the replicas that an object reports, and of its selector. */
export function* scaleStatusFaults(object: object, scale: CustomResourceSubresourceScale | undefined): Iterable<FieldError> {
  if (!scale) return;
  yield* replicasFaults(object, scale.statusReplicasPath);
  const { labelSelectorPath: selector } = scale;
  if (selector) yield* typeFault(selector, '', () => stringAt(object, pathOf(selector)));
}

function* replicasFaults(object: object, path: string): Iterable<FieldError> {
  let replicas: number | undefined;
  yield* typeFault(path, 0, () => (replicas = integerAt(object, pathOf(path))));
  if (replicas === undefined) return;
  if (replicas < 0) yield invalidValue(path, replicas, 'should be a non-negative integer');
  else if (replicas > MAX_REPLICAS) yield invalidValue(path, replicas, `should be less than or equal to ${MAX_REPLICAS}`);
}

function* typeFault(path: string, shown: unknown, read: () => unknown): Iterable<FieldError> {
  try {
    read();
  } catch (error) {
    if (!(error instanceof FieldTypeError)) throw error;
    yield invalidValue(path, shown, error.message);
  }
}
