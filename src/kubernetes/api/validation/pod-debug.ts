import type { FieldError } from '../../machinery/field-error.ts';
import { forbiddenField } from '../../machinery/validation/faults.ts';
import type { EphemeralContainer, Pod } from '../generated/core-v1.ts';
import { internalDiff } from '../internal-form/internal-diff.ts';
import { sameValue } from './equal.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const PATH = 'spec.ephemeralContainers';

/** Debug containers can only be added. In what order they are listed does not count: patches change it. */
export function* debugContainerRules(next: Pod, previous: Pod): Iterable<FieldError> {
  const now = new Map((next.spec.ephemeralContainers ?? []).map((container) => [container.name, container]));
  for (const old of previous.spec.ephemeralContainers ?? []) {
    const container = now.get(old.name);
    if (!container) yield forbiddenField(PATH, `existing ephemeral containers ${JSON.stringify(old.name)} may not be removed\n`);
    else if (!sameValue(container, old)) yield changed(old, container);
  }
}

/** Pods that take none; nothing else is said of those. */
export function undebuggable({ metadata }: Pod): FieldError | undefined {
  return metadata.annotations?.[MIRROR] === undefined ? undefined : forbiddenField('', 'static pods do not support ephemeral containers');
}

function changed(old: EphemeralContainer, now: EphemeralContainer): FieldError {
  const diff = internalDiff(old, now, 'io.k8s.api.core.v1.EphemeralContainer');
  return forbiddenField(PATH, `existing ephemeral containers ${JSON.stringify(old.name)} may not be changed\n${diff}`);
}
