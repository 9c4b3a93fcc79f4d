import { connect, isIPv6 } from 'node:net';
import type { Container, Probe } from '../../api/generated/core-v1.ts';
import type { CriClient } from '../cri/cri-client.ts';
import { CriError, criErrorText } from '../cri/cri-client.ts';
import { goDuration } from '../duration.ts';
import { probeGrpc } from './grpc-health.ts';
import { httpRequest, portOf, probeUrl } from './http-request.ts';
import type { ProbeOutcome } from './probe-outcome.ts';
import { failure, success } from './probe-outcome.ts';

const USER_AGENT = 'kube-probe/1.36';
const MAX_OUTPUT = 10 * 1024;
const DEADLINE_EXCEEDED = 4;

export interface ProbeTarget {
  container: Container;
  containerId: string;
  podIP: string;
}

/** Tries a probe once. Never throws: what goes wrong is the outcome. */
export async function runProbe(cri: CriClient, probe: Probe, target: ProbeTarget): Promise<ProbeOutcome> {
  const timeout = (probe.timeoutSeconds ?? 1) * 1000;
  try {
    if (probe.exec) return await execProbe(cri, probe.exec.command ?? [], target.containerId, timeout);
    if (probe.httpGet) return await httpProbe(probe.httpGet, target, timeout);
    if (probe.tcpSocket)
      return await tcpProbe(probe.tcpSocket.host || target.podIP, portOf(probe.tcpSocket.port, target.container), timeout);
    if (probe.grpc) return await probeGrpc(target.podIP, probe.grpc.port, probe.grpc.service ?? '', timeout);
    return { result: 'error', output: 'missing probe handler' };
  } catch (error) {
    return { result: 'error', output: error instanceof Error ? error.message : String(error) };
  }
}

async function execProbe(cri: CriClient, cmd: string[], containerId: string, timeout: number): Promise<ProbeOutcome> {
  try {
    const answer = await cri.call('ExecSync', { containerId, cmd, timeout: timeout / 1000 }, { timeout: timeout + 5_000 });
    const output = Buffer.concat([answer.stdout, answer.stderr]).subarray(0, MAX_OUTPUT).toString('utf8');
    return answer.exitCode === 0 ? success(output) : failure(output);
  } catch (error) {
    const timedOut = error instanceof CriError && (error.code === DEADLINE_EXCEEDED || error.message.includes('timeout'));
    if (timedOut) return failure(`command timed out: "${cmd.join(' ')}" timed out after ${goDuration(timeout)}`);
    return { result: 'error', output: criErrorText(error) };
  }
}

async function httpProbe(action: NonNullable<Probe['httpGet']>, { container, podIP }: ProbeTarget, timeout: number): Promise<ProbeOutcome> {
  const url = probeUrl(action, container, podIP);
  try {
    const answer = await httpRequest(url, action.httpHeaders ?? [], USER_AGENT, AbortSignal.timeout(timeout));
    if (answer.redirectedTo) return { ...success(`Probe terminated redirects, Response body: ${answer.body}`), warning: true };
    return answer.status >= 200 && answer.status < 400
      ? success(answer.body)
      : failure(`HTTP probe failed with statuscode: ${answer.status}`);
  } catch (error) {
    return { ...failure(`Get "${url.href}": ${httpErrorText(error, url)}`), refused: isRefusal(error) };
  }
}

function httpErrorText(error: unknown, { hostname, port }: URL): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
  return dialErrorText(error, hostname, Number(port));
}

/** Socket errors in Go's words, which users know from `kubectl describe`. */
function dialErrorText(error: unknown, host: string, port: number): string {
  const code = (error as NodeJS.ErrnoException).code;
  const known: Record<string, string> = {
    ECONNREFUSED: 'connect: connection refused',
    EHOSTUNREACH: 'connect: no route to host',
    ENETUNREACH: 'connect: network is unreachable',
    ETIMEDOUT: 'i/o timeout',
  };
  if (code === 'ECONNRESET') return 'EOF';
  const text = code ? known[code] : undefined;
  return text ? `dial tcp ${isIPv6(host) ? `[${host}]` : host}:${port}: ${text}` : (error as Error).message;
}

const isRefusal = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';

function tcpProbe(host: string, port: number, timeout: number): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout });
    const finish = (outcome: ProbeOutcome) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once('connect', () => finish(success()));
    socket.once('timeout', () => finish(failure(`dial tcp ${host}:${port}: i/o timeout`)));
    socket.once('error', (error) => finish({ ...failure(dialErrorText(error, host, port)), refused: isRefusal(error) }));
  });
}
