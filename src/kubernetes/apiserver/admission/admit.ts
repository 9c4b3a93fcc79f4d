import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import type { RequestContext } from '../request.ts';
import type { AdmissionChain } from '../writes/admission-chain.ts';
import type { AdmissionOperation } from './admission.ts';

export interface UnstoredRequest {
  operation: AdmissionOperation;
  resource: ResourceType;
  context: RequestContext;
  object?: KubeObject;
}

/** Admission of a request that writes nothing to storage: token requests, exec, port-forward, proxying. */
export async function admit(admission: AdmissionChain, { operation, resource, context, object }: UnstoredRequest): Promise<void> {
  const { info, user, signal, warnings } = context;
  const attributes = {
    operation,
    resource,
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name,
    user,
    dryRun: false,
    signal,
    warn: (text: string) => void warnings.add(text),
    ...(object ? { object } : {}),
  };
  await admission.mutate(attributes);
  await admission.validate(attributes);
}
