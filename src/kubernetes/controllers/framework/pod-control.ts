import type { Pod, PodTemplateSpec } from '../../api/generated/core-v1.ts';
import { controllerReference } from '../../api/helpers/owners.ts';
import { pods } from '../../api/resources.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import { isNotFound } from '../../machinery/status.ts';
import type { ControllerContext } from './controller.ts';
import { isNamespaceTerminating } from './namespace-terminating.ts';

/** A pod of `owner`, not yet created. */
export function podFromTemplate(template: PodTemplateSpec | undefined, owner: KubeObject, ownerType: ResourceType): Pod {
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  return {
    metadata: {
      generateName: `${(owner.metadata.name ?? '').slice(0, MAX_PREFIX)}-`,
      namespace: owner.metadata.namespace,
      labels: { ...labels },
      annotations: { ...annotations },
      ...(finalizers?.length ? { finalizers: [...finalizers] } : {}),
      ownerReferences: [controllerReference(ownerType, owner)],
    },
    spec: structuredClone(template?.spec ?? { containers: [] }),
  };
}

/** Longer names are cut by the server too, where it appends the random part. */
const MAX_PREFIX = 237;

/** Creates a pod and tells so on its owner. A namespace on its way out is no fault: nothing is created or told. */
export async function createPod(
  pod: Pod,
  owner: KubeObject,
  { api, events }: ControllerContext,
  signal: AbortSignal,
): Promise<Pod | undefined> {
  try {
    const created = await api.create(pods, pod, {}, signal);
    events.normal(owner, 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
    return created;
  } catch (error) {
    if (isNamespaceTerminating(error)) return undefined;
    events.warning(owner, 'FailedCreate', `Error creating: ${(error as Error).message}`);
    throw error;
  }
}

/** Deletes a pod and tells so on its owner; one that is gone already is fine. */
export async function deletePod(pod: Pod, owner: KubeObject, { api, events }: ControllerContext, signal: AbortSignal): Promise<void> {
  const { namespace, name = '', uid } = pod.metadata;
  try {
    await api.delete(pods, { namespace, name }, { preconditions: { uid } }, signal);
    events.normal(owner, 'SuccessfulDelete', `Deleted pod: ${name}`);
  } catch (error) {
    if (isNotFound(error)) return;
    events.warning(owner, 'FailedDelete', `Error deleting: ${(error as Error).message}`);
    throw error;
  }
}
