import type { RequestHandler } from '../extensions.ts';
import type { HttpResponse } from '../http/response.ts';
import type { VerificationKey } from './keys.ts';

const CONFIGURATION_PATH = '/.well-known/openid-configuration';
/** Where this server serves the keys. */
export const KEYS_PATH = '/openid/v1/jwks';

/** OpenID discovery: lets anyone who trusts the cluster verify its service-account tokens without asking it. */
export function openIdDiscovery(options: { issuer: string; keysUri: string; keys: readonly VerificationKey[] }): RequestHandler {
  const configuration = JSON.stringify({
    issuer: options.issuer,
    jwks_uri: options.keysUri,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...new Set(options.keys.map((key) => key.algorithm))].sort(),
  });
  const keys = JSON.stringify({
    keys: options.keys.map(({ key, id, algorithm }) => ({ use: 'sig', ...key.export({ format: 'jwk' }), kid: id, alg: algorithm })),
  });
  return {
    paths: () => [CONFIGURATION_PATH, KEYS_PATH],
    accepts: ({ method, info }) => method === 'GET' && (info.path === CONFIGURATION_PATH || info.path === KEYS_PATH),
    async handle({ info }, response) {
      if (info.path === KEYS_PATH) send(response, 'application/jwk-set+json', keys);
      else send(response, 'application/json', configuration);
    },
  };
}

function send(response: HttpResponse, type: string, body: string): void {
  response.setHeader('content-type', type);
  response.setHeader('cache-control', 'public, max-age=3600');
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}
