import type { Registry } from 'prom-client';
import { apiServices } from '../../api/resources.ts';
import { readGauge } from '../metrics/read-counter.ts';
import { TallyCounter } from '../metrics/tally-counter.ts';
import type { ObjectStore } from '../registry.ts';
import { isAvailable } from './remote-services.ts';

/** Shows which APIServices are not available; what it returns is to be told when one ceases to be. */
export function availabilityMetrics(registry: Registry, store: ObjectStore): (name: string, reason: string) => void {
  const unavailable = { name: 'aggregator_unavailable_apiservice', help: 'APIServices that are not available.', labelNames: ['name'] };
  readGauge(registry, unavailable, () =>
    store.list(apiServices).map((service) => [{ name: service.metadata.name ?? '' }, isAvailable(service) ? 0 : 1] as const),
  );
  const total = new TallyCounter({
    name: 'aggregator_unavailable_apiservice_total',
    help: 'How often APIServices ceased to be available, and why.',
    labelNames: ['name', 'reason'],
    registers: [registry],
  });
  return (name, reason) => total.of({ name, reason }).inc();
}
