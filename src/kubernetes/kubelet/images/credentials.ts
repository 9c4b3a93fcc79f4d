import type { Secret } from '../../api/generated/core-v1.ts';
import { parseImageName } from '../../machinery/image-name.ts';
import type { Init } from '../cri/codec.ts';
import type { AuthConfig } from '../cri/runtime-v1.ts';

interface DockerAuth {
  username?: string;
  password?: string;
  auth?: string;
  identitytoken?: string;
}

/** What the pod's pull secrets hold for the image's registry, most specific first. */
export function credentialsFor(image: string, secrets: readonly Secret[]): Init<AuthConfig>[] {
  const { registry, repository } = parseImageName(image);
  const full = `${registry}/${repository}`;
  return secrets
    .flatMap(authsOf)
    .filter(({ server }) => full === server || full.startsWith(`${server}/`))
    .sort((a, b) => b.server.length - a.server.length)
    .map(({ auth, server }) => toAuthConfig(auth, server));
}

function authsOf(secret: Secret): { server: string; auth: DockerAuth }[] {
  const modern = secret.data?.['.dockerconfigjson'];
  const legacy = secret.data?.['.dockercfg'];
  const entries = modern
    ? (decode(modern) as { auths?: Record<string, DockerAuth> }).auths
    : legacy
      ? (decode(legacy) as Record<string, DockerAuth>)
      : {};
  return Object.entries(entries ?? {}).map(([server, auth]) => ({ server: normalize(server), auth }));
}

function decode(base64: string): object {
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString('utf8')) as object;
  } catch {
    return {}; // A secret that is no docker configuration has no credentials.
  }
}

/** `https://index.docker.io/v1/` and friends are all Docker Hub. */
function normalize(server: string): string {
  const bare = server
    .replace(/^https?:\/\//, '')
    .replace(/\/v[12]\/?$/, '')
    .replace(/\/$/, '');
  return bare === 'index.docker.io' || bare === 'registry-1.docker.io' ? 'docker.io' : bare;
}

function toAuthConfig({ username, password, auth, identitytoken }: DockerAuth, server: string): Init<AuthConfig> {
  const [user = '', ...secret] = auth ? Buffer.from(auth, 'base64').toString('utf8').split(':') : [];
  return {
    username: username ?? user,
    password: password ?? secret.join(':'),
    identityToken: identitytoken ?? '',
    serverAddress: server,
  };
}
