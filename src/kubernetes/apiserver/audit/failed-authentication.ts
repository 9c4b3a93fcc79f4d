import type { RequestContext } from '../request.ts';

/** What an unidentified request tried to identify itself with. */
export function attemptedMethods({ headers, query, socket }: RequestContext): string {
  const [scheme = '', credential] = (headers.authorization ?? '').trim().split(' ');
  const attempted = [
    ...(credential && /^basic$/i.test(scheme) ? ['basic'] : []),
    ...(credential && /^bearer$/i.test(scheme) ? ['bearer'] : []),
    ...(query.get('access_token')?.trim() ? ['access_token'] : []),
    ...(hasCertificate(socket) ? ['x509'] : []),
  ];
  if (attempted.length === 0) return 'Authentication failed, no credentials provided';
  return `Authentication failed, attempted: ${attempted.join(', ')}`;
}

function hasCertificate(socket: RequestContext['socket']): boolean {
  return Boolean(socket.getPeerX509Certificate?.());
}
