import { forbiddenRequest, undecidedRequest } from '../authorization/forbidden.ts';
import { requestAttributes } from '../authorization/request-attributes.ts';
import type { Exchange } from './endpoint.ts';

/** Rejects unless the user of an update or an apply may also create the object, which is not there yet. */
export async function permitCreate({ endpoint, request }: Exchange): Promise<void> {
  const attributes = { ...requestAttributes(request), verb: 'create' };
  const { decision, reason, error } = await endpoint.authorizer.authorize(attributes);
  if (decision === 'allow') return;
  throw error ? undecidedRequest(request.url, error) : forbiddenRequest(attributes, reason);
}
