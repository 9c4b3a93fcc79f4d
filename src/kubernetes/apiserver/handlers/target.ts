import type { Target } from '../writes/registry.ts';
import type { Exchange } from './endpoint.ts';

/** What the URL of a request points at. */
export function targetOf({ endpoint, request: { info } }: Exchange): Target {
  return { definition: endpoint.definition, namespace: info.namespace, name: info.name, subresource: info.subresource };
}
