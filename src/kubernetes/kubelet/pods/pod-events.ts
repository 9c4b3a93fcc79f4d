import type { ObjectReference } from '../../api/generated/core-v1.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { BoundPod, ContainerSpec } from './pod.ts';
import { containerFieldPath } from './pod.ts';

/** Events about one pod and its containers. */
export class PodEvents {
  readonly #recorder: EventRecorder;

  constructor(recorder: EventRecorder) {
    this.#recorder = recorder;
  }

  normal(pod: BoundPod, reason: string, message: string, container?: ContainerSpec): void {
    this.#recorder.normal(subject(pod, container), reason, message);
  }

  warning(pod: BoundPod, reason: string, message: string, container?: ContainerSpec): void {
    this.#recorder.warning(subject(pod, container), reason, message);
  }
}

function subject(pod: BoundPod, container: ContainerSpec | undefined): ObjectReference {
  const { namespace, name, uid, resourceVersion } = pod.metadata;
  const fieldPath = container ? { fieldPath: containerFieldPath(container) } : {};
  return { kind: 'Pod', apiVersion: 'v1', namespace, name, uid, resourceVersion, ...fieldPath };
}
