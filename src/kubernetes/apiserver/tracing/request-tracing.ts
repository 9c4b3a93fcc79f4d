import {
  type Context,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { MASTERS_GROUP } from '../authentication/identities.ts';
import type { HttpResponse } from '../http/response.ts';
import type { RequestContext, RequestInfo, UserInfo } from '../request.ts';

/** Callers whose traces a request of theirs belongs to; those of anybody else are only linked. */
const TRUSTED_GROUPS = [MASTERS_GROUP, 'system:monitoring'];

/** Does `work` within the span of a request that is known by now to be `request.user`'s; the span ends with the answer. */
export function traceRequest<T>(request: RequestContext, response: HttpResponse, beganAt: number, work: () => Promise<T>): Promise<T> {
  const span = startSpan(request, beganAt);
  response.once('close', () => endSpan(span, response.statusCode));
  return context.with(trace.setSpan(context.active(), span), work);
}

function startSpan(request: RequestContext, startTime: number): Span {
  const { parent, links } = originOf(request);
  return trace.getTracer('kube-apiserver').startSpan(
    nameOf(request),
    {
      kind: SpanKind.SERVER,
      startTime,
      links,
      attributes: {
        'http.method': request.method,
        'http.target': request.url,
        'user_agent.original': request.headers['user-agent'] ?? '',
        'audit-id': request.id,
      },
    },
    parent,
  );
}

/** Anybody may send a `traceparent`: only the trusted decide by it what is sampled. */
function originOf({ headers, user }: RequestContext): { parent: Context; links: Link[] } {
  const incoming = propagation.extract(ROOT_CONTEXT, headers);
  if (isTrusted(user)) return { parent: incoming, links: [] };
  const remote = trace.getSpanContext(incoming);
  return { parent: ROOT_CONTEXT, links: remote ? [{ context: remote }] : [] };
}

function isTrusted({ groups }: UserInfo): boolean {
  return groups.some((group) => TRUSTED_GROUPS.includes(group));
}

function endSpan(span: Span, code: number): void {
  span.setAttribute('http.status_code', code);
  if (code >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** `GET /api/v1/namespaces/{:namespace}/pods/{:name}`: the same for every object of a kind. */
function nameOf({ method, info }: RequestContext): string {
  return info.isResourceRequest ? `${method} ${pathOf(info)}` : method;
}

function pathOf({ apiPrefix = 'api', group, version, namespace, resource, name, subresource }: RequestInfo): string {
  const parts = ['', apiPrefix, group, version, ...(namespace ? ['namespaces', '{:namespace}'] : []), resource];
  if (name) parts.push('{:name}');
  if (subresource) parts.push(subresource);
  return parts.filter((part, index) => index === 0 || part).join('/');
}
