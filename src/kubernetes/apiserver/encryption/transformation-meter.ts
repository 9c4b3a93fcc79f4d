import { exponentialBuckets, type Registry } from 'prom-client';
import type { TransformationObserver } from '../../storage/encryption/value-transformer.ts';
import { TallyCounter } from '../metrics/tally-counter.ts';
import { TallyHistogram } from '../metrics/tally-histogram.ts';

/** `apiserver_storage_transformation_*`: values that are encrypted and decrypted. */
export function transformationMeter(registry: Registry): TransformationObserver {
  const registers = [registry];
  const labelNames = ['transformation_type', 'transformer_prefix'];
  const total = new TallyCounter({
    name: 'apiserver_storage_transformation_operations_total',
    help: 'Values encrypted and decrypted.',
    labelNames: [...labelNames, 'status'],
    registers,
  });
  const durations = new TallyHistogram({
    name: 'apiserver_storage_transformation_duration_seconds',
    help: 'How long encrypting and decrypting a value took.',
    labelNames,
    buckets: exponentialBuckets(5e-6, 2, 25),
    registers,
  });
  return (transformation_type, transformer_prefix, ok, ms) => {
    const labels = { transformation_type, transformer_prefix };
    total.of({ ...labels, status: ok ? 'OK' : 'unknown-non-grpc' }).inc();
    if (ok) durations.of(labels).observe(ms / 1000);
  };
}
