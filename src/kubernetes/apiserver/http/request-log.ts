import type { Log } from '../../../base/log.ts';
import type { RequestObserver } from '../extensions.ts';
import type { RequestContext } from '../request.ts';
import { isLongRunning } from './long-running.ts';

/** A request that ends and took this long is told of whatever is logged. */
const SLOW_MS = 1000;

/** Writes requests to the log when they are over: all of them (`--v` of 3 or more), or only slow ones. */
export function requestLog(log: Log, all: boolean): RequestObserver {
  return {
    finished(request, code, durationMs) {
      const slow = durationMs >= SLOW_MS && !isLongRunning(request.info);
      if (all || slow) log.info(fieldsOf(request, code, durationMs), slow ? 'slow HTTP request' : 'HTTP request');
    },
  };
}

function fieldsOf({ info, url, user, headers, id, socket }: RequestContext, code: number, durationMs: number): object {
  return {
    verb: info.verb,
    URI: url,
    latencyMs: Math.round(durationMs * 1000) / 1000,
    userAgent: headers['user-agent'] ?? '',
    user: user.username,
    auditID: id,
    srcIP: socket.remoteAddress ? `${socket.remoteAddress}:${socket.remotePort}` : '',
    resp: code,
  };
}
