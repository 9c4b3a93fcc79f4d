import type { Storage } from '../../storage/storage.ts';
import type { RequestHandler } from '../extensions.ts';
import type { HealthMeter } from '../metrics/health-meter.ts';
import { type HealthCheck, healthHandler } from './checks.ts';
import type { Readiness } from './readiness.ts';

/** A key that is never written: reading it proves that storage answers. */
const PROBE_KEY = '/health';

/** The three health paths. */
export function healthHandlers(storage: Storage, readiness: Readiness, meter: HealthMeter): RequestHandler[] {
  const answers = (name: string): HealthCheck => ({ name, check: async () => void (await storage.get(PROBE_KEY)) });
  const always = (name: string): HealthCheck => ({ name, check() {} });
  const basic = [always('ping'), always('log'), answers('etcd')];
  const hooks = readiness.hookChecks();
  return [
    healthHandler('/healthz', [...basic, ...hooks], meter),
    healthHandler('/livez', [...basic, ...hooks], meter),
    healthHandler('/readyz', [...basic, answers('etcd-readiness'), always('informer-sync'), ...hooks, readiness.shutdownCheck()], meter),
  ];
}
