import type { ResourceDefinition } from '../../api/define.ts';
import type { Binding, Pod } from '../../api/generated/core-v1.ts';
import { withPodCondition } from '../../api/helpers/pods.ts';
import type { FieldError } from '../../machinery/field-error.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { ApiError, badRequest, conflict, type Status } from '../../machinery/status.ts';
import { notSupported, required } from '../../machinery/validation/faults.ts';
import type { VirtualResource } from '../extensions.ts';
import type { StoredObject } from '../store/stored-object.ts';
import type { WriteContext } from '../writes/context.ts';
import { admissionAttributes, type Registry, type Target } from '../writes/registry.ts';
import { updateObject } from '../writes/update.ts';
import { checkRevision, checkUid } from '../writes/versions.ts';
import { answerValue } from './answer.ts';
import { decodeBody } from './decode.ts';
import { SCHEMAS } from './encode.ts';
import type { Exchange } from './endpoint.ts';
import { targetOf } from './target.ts';
import { parseWriteQuery, untrackedWrite } from './write-options.ts';

const BINDING = { group: '', version: 'v1', kind: 'Binding' };

/** What a create that stores nothing of its own answers. */
export const CREATED: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

/** POST of pods/binding: the scheduler gives a pod its node. */
export async function handleBinding(exchange: Exchange): Promise<void> {
  const { endpoint, request } = exchange;
  const options = parseWriteQuery(request.query, 'CreateOptions');
  const binding = decodeBody<Binding>(request, BINDING, await exchange.readBody(), options.fieldValidation);
  const target = targetOf(exchange);
  if (binding.metadata.name !== target.name) throw badRequest('name in URL does not match name in Binding object');
  await bindPod(endpoint.registry, target, binding, untrackedWrite(request, options));
  return answerValue(exchange, 201, CREATED, SCHEMAS.status);
}

/** POST of bindings, the older way to say the same: the pod is named in the body. */
export function bindingResource(registry: Registry, pods: ResourceDefinition): VirtualResource {
  return {
    ...BINDING,
    plural: 'bindings',
    singular: 'binding',
    namespaced: true,
    schema: 'io.k8s.api.core.v1.Binding',
    answerSchema: SCHEMAS.status,
    async create(object, request, { dryRun }) {
      const { name = '' } = object.metadata;
      const target = { definition: pods, namespace: request.info.namespace, name, subresource: 'binding' };
      await bindPod(registry, target, object as Binding, untrackedWrite(request, { dryRun }));
      return CREATED as unknown as KubeObject;
    },
  };
}

async function bindPod(registry: Registry, target: Target, binding: Binding, write: WriteContext): Promise<void> {
  const faults = [...bindingFaults(binding)];
  if (faults.length > 0) throw plainFailure(faults);
  const attributes = admissionAttributes('CREATE', target, write, { object: binding as never, kind: BINDING });
  await registry.admission.mutate(attributes);
  await registry.admission.validate(attributes);
  const transform = ({ object }: StoredObject) => {
    checkPreconditions(target, object, binding);
    return bound(object as Pod, binding, registry.clock.now()) as never;
  };
  await updateObject(registry, target, transform, { ...write, admission: false });
}

function* bindingFaults({ target }: Binding): Iterable<FieldError> {
  if (target?.kind && target.kind !== 'Node') yield notSupported('target.kind', target.kind, ['Node', '<empty>']);
  if (!target?.name) yield required('target.name');
}

/** Faults of a binding are no 422 upstream either. */
function plainFailure(faults: readonly FieldError[]): ApiError {
  const lines = faults.map(({ field, message }) => `${field}: ${message}`);
  return new ApiError({ code: 500, message: lines.length === 1 ? (lines[0] as string) : `[${lines.join(', ')}]` });
}

/** What a binding says about its own metadata is about the pod that it was made for. */
function checkPreconditions(target: Target, pod: KubeObject, { metadata }: Binding): void {
  checkUid(target, metadata?.uid, pod);
  checkRevision(target, metadata?.resourceVersion, pod);
}

/** The pod on its node. A pod that already has one, is being deleted or is held back cannot be bound. */
function bound(pod: Pod, { target, metadata }: Binding, now: number): Pod {
  const { name = '' } = pod.metadata;
  const refuse = (why: string) => conflict({ group: '', plural: 'pods/binding' }, name, why);
  if (pod.metadata.deletionTimestamp) throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec.nodeName) throw refuse(`pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  if (pod.spec.schedulingGates?.length) throw refuse(`pod ${name} has non-empty .spec.schedulingGates`);
  const { annotations, labels } = pod.metadata;
  // Where it might have gone no longer matters.
  const { nominatedNodeName: _, ...status } = pod.status ?? {};
  const onNode: Pod = {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(metadata?.annotations ? { annotations: { ...annotations, ...metadata.annotations } } : {}),
      ...(metadata?.labels ? { labels: { ...labels, ...metadata.labels } } : {}),
    },
    spec: { ...pod.spec, nodeName: target.name as string },
    status,
  };
  return withPodCondition(onNode, { type: 'PodScheduled', status: 'True' }, now);
}
