import { describeError } from '../../../base/errors.ts';
import type { TokenReview, TokenReviewStatus } from '../../api/generated/authentication-v1.ts';
import { badRequest } from '../../machinery/status.ts';
import type { Authenticator } from '../authentication/authenticator.ts';
import { firstToVouch } from '../authentication/chain.ts';
import { wireUser } from '../authorization/reviews/self-reviews.ts';
import type { VirtualResource } from '../extensions.ts';
import type { RequestContext } from '../request.ts';
import type { TokenVerifier } from './token-verifier.ts';

export interface TokenReviewOptions {
  verifier: TokenVerifier;
  /** The other authenticators that know tokens. */
  others: readonly Authenticator[];
  /** Audiences of the API server: what a review that names none asks for. */
  audiences: readonly string[];
}

/** Tells other servers, kubelets first of all, whose token they were shown. */
export function tokenReviews(options: TokenReviewOptions): VirtualResource {
  return {
    group: 'authentication.k8s.io',
    version: 'v1',
    kind: 'TokenReview',
    plural: 'tokenreviews',
    singular: 'tokenreview',
    namespaced: false,
    schema: 'io.k8s.api.authentication.v1.TokenReview',
    async create(object, request) {
      const asked = object as TokenReview;
      if (!asked.spec?.token) throw badRequest('token is required for TokenReview in authentication');
      return { ...asked, status: await review(asked.spec.token, asked.spec.audiences ?? [], request, options) } as TokenReview;
    },
  };
}

async function review(
  token: string,
  audiences: readonly string[],
  request: RequestContext,
  { verifier, others, audiences: own }: TokenReviewOptions,
): Promise<TokenReviewStatus> {
  const wanted = audiences.length > 0 ? audiences : own;
  try {
    const verified = verifier.verify(token, wanted);
    if (verified) return found({ ...verified.user }, verified.audiences);
  } catch (error) {
    return { user: {}, error: `[invalid bearer token, ${describeError(error)}]` };
  }
  const answer = await firstToVouch(others, { headers: {}, socket: request.socket, path: '', bearerToken: token, signal: request.signal });
  // Tokens that name no audience are for this server alone.
  const shared = wanted.filter((audience) => own.includes(audience));
  if (answer.user && shared.length > 0) return found(answer.user, shared);
  return { user: {}, error: ['invalid bearer token', ...answer.faults].join(', ') };
}

function found(user: Parameters<typeof wireUser>[0], audiences: readonly string[]): TokenReviewStatus {
  const groups = user.groups.includes('system:authenticated') ? user.groups : [...user.groups, 'system:authenticated'];
  return { authenticated: true, user: wireUser({ ...user, groups }), audiences: [...audiences] };
}
