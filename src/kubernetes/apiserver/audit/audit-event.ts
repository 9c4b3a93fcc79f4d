import { formatMicroTime } from '../../machinery/meta.ts';
import type { Status } from '../../machinery/status.ts';
import type { RequestContext, UserInfo } from '../request.ts';
import type { Level, Stage } from './policy.ts';

export interface AuditObjectReference {
  resource?: string;
  namespace?: string;
  name?: string;
  uid?: string;
  apiGroup?: string;
  apiVersion?: string;
  resourceVersion?: string;
  subresource?: string;
}

/** One line of the log (audit.k8s.io/v1 Event). */
export interface AuditEvent {
  kind: 'Event';
  apiVersion: 'audit.k8s.io/v1';
  level: Level;
  auditID: string;
  stage: Stage;
  requestURI: string;
  verb: string;
  user: UserInfo;
  impersonatedUser?: UserInfo;
  sourceIPs?: string[];
  userAgent?: string;
  objectRef?: AuditObjectReference;
  responseStatus?: Partial<Status>;
  requestObject?: unknown;
  responseObject?: unknown;
  requestReceivedTimestamp: string;
  stageTimestamp: string;
  annotations?: Record<string, string>;
}

/** Longer user agents are cut off. */
const MAX_USER_AGENT = 1024;

/** What is known of a request when it arrives. */
export function eventOf(request: RequestContext, user: UserInfo, level: Level, now: number): AuditEvent {
  const userAgent = request.headers['user-agent'] ?? '';
  const received = formatMicroTime(now);
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level,
    auditID: request.id,
    stage: 'RequestReceived',
    requestURI: request.url,
    verb: request.info.verb,
    user: { ...user },
    sourceIPs: sourcesOf(request),
    ...(userAgent
      ? { userAgent: userAgent.length > MAX_USER_AGENT ? `${userAgent.slice(0, MAX_USER_AGENT)}...TRUNCATED` : userAgent }
      : {}),
    ...(request.info.isResourceRequest ? { objectRef: referenceOf(request) } : {}),
    requestReceivedTimestamp: received,
    stageTimestamp: received,
  };
}

function referenceOf({ info }: RequestContext): AuditObjectReference {
  const { resource, namespace, name, group, version, subresource } = info;
  return {
    resource,
    ...(namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
    ...(group ? { apiGroup: group } : {}),
    apiVersion: version,
    ...(subresource ? { subresource } : {}),
  };
}

/** Where the request came from: what proxies say, and the connection's other end. */
function sourcesOf({ headers, socket }: RequestContext): string[] {
  const text = (name: string) => String(headers[name] ?? '');
  const forwarded = text('x-forwarded-for')
    .split(',')
    .map((address) => address.trim())
    .filter(isAddress);
  const real = text('x-real-ip').trim();
  if (isAddress(real) && !forwarded.includes(real)) forwarded.push(real);
  const remote = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return remote && forwarded.at(-1) !== remote ? [...forwarded, remote] : forwarded;
}

function isAddress(text: string): boolean {
  return /^[\d.]+$|^[\da-f:.]*:[\da-f:.]*$/i.test(text);
}
