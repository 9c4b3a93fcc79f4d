import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import type { RequestContext } from '../request.ts';
import type { AdmissionChain } from '../writes/admission-chain.ts';
import type { AdmissionKind, AdmissionOperation } from './admission.ts';

export interface UnstoredRequest {
  operation: AdmissionOperation;
  resource: ResourceType;
  context: RequestContext;
  object?: KubeObject;
  /** What `object` is. */
  kind?: AdmissionKind;
  dryRun?: boolean;
}

/** Admission of a request that writes nothing to storage: token requests, exec, port-forward, proxying. */
export async function admit(
  admission: AdmissionChain,
  { operation, resource, context, object, kind, dryRun = false }: UnstoredRequest,
): Promise<void> {
  const { info, user, signal, warnings, auditAnnotations } = context;
  const attributes = {
    operation,
    resource,
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name,
    user,
    dryRun,
    signal,
    warn: (text: string) => void warnings.add(text),
    annotate: (key: string, value: string) => void auditAnnotations.set(key, value),
    ...(object ? { object } : {}),
    ...(kind ? { kind } : {}),
  };
  await admission.mutate(attributes);
  await admission.validate(attributes);
}
