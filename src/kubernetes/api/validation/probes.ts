import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, forbiddenField, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isHttpHeaderName, isPortNumber } from '../../machinery/validation/names.ts';
import type { Lifecycle, LifecycleHandler, Probe } from '../generated/core-v1.ts';
import { portNumberOrNameRules } from './service.ts';

const SCHEMES = ['HTTP', 'HTTPS'];

type Handler = LifecycleHandler & Pick<Probe, 'grpc'>;

/** Faults of one handler: exactly one way to do it. */
function* handlerRules(handler: Handler, path: string, graceSeconds: number | undefined): Iterable<FieldError> {
  let found = 0;
  const only = function* (field: keyof Handler, rules: Iterable<FieldError>): Iterable<FieldError> {
    if (found++ > 0) yield forbiddenField(`${path}.${field}`, 'may not specify more than 1 handler type');
    else yield* rules;
  };
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  if (exec) yield* only('exec', exec.command?.length ? [] : [required(`${path}.exec.command`)]);
  if (httpGet) yield* only('httpGet', httpGetRules(httpGet, `${path}.httpGet`));
  if (tcpSocket) yield* only('tcpSocket', portNumberOrNameRules(tcpSocket.port, `${path}.tcpSocket.port`));
  if (grpc) yield* only('grpc', complaints(`${path}.grpc.port`, grpc.port ?? 0, isPortNumber(grpc.port ?? 0)));
  if (sleep) yield* only('sleep', sleepRules(sleep.seconds ?? 0, graceSeconds ?? 0, `${path}.sleep`));
  if (found === 0) yield required(path, 'must specify a handler type');
}

function* httpGetRules(
  { path: target, port, scheme, httpHeaders = [] }: NonNullable<Handler['httpGet']>,
  path: string,
): Iterable<FieldError> {
  if (!target) yield required(`${path}.path`);
  yield* portNumberOrNameRules(port, `${path}.port`);
  if (!scheme || !SCHEMES.includes(scheme)) yield notSupported(`${path}.scheme`, scheme ?? '', SCHEMES);
  for (const { name = '' } of httpHeaders ?? []) yield* complaints(`${path}.httpHeaders`, name, isHttpHeaderName(name));
}

function* sleepRules(seconds: number, graceSeconds: number, path: string): Iterable<FieldError> {
  if (seconds < 0 || seconds > graceSeconds) {
    yield invalidValue(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`);
  }
}

const COUNTS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;

/** Faults of a probe. */
export function* probeRules(probe: Probe | undefined, graceSeconds: number | undefined, path: string): Iterable<FieldError> {
  if (!probe) return;
  yield* handlerRules(probe, path, graceSeconds);
  for (const field of COUNTS) {
    const value = probe[field] ?? 0;
    if (value < 0) yield invalidValue(`${path}.${field}`, value, 'must be greater than or equal to 0');
  }
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) yield invalidValue(`${path}.terminationGracePeriodSeconds`, grace, 'must be greater than 0');
}

/** Faults of a liveness or startup probe, of which one success must do. */
export function* killingProbeRules(probe: Probe | undefined, graceSeconds: number | undefined, path: string): Iterable<FieldError> {
  yield* probeRules(probe, graceSeconds, path);
  if (probe && probe.successThreshold !== 1) yield invalidValue(`${path}.successThreshold`, probe.successThreshold ?? 0, 'must be 1');
}

/** Faults of a readiness probe, which kills nothing. */
export function* readinessProbeRules(probe: Probe | undefined, graceSeconds: number | undefined, path: string): Iterable<FieldError> {
  yield* probeRules(probe, graceSeconds, path);
  const grace = probe?.terminationGracePeriodSeconds;
  if (grace !== undefined) yield invalidValue(`${path}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes');
}

/** Faults of what runs after a start and before a stop. */
export function* lifecycleRules(lifecycle: Lifecycle | undefined, graceSeconds: number | undefined, path: string): Iterable<FieldError> {
  if (lifecycle?.postStart) yield* handlerRules(lifecycle.postStart, `${path}.postStart`, graceSeconds);
  if (lifecycle?.preStop) yield* handlerRules(lifecycle.preStop, `${path}.preStop`, graceSeconds);
}
