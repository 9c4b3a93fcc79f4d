import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from '../generated/autoscaling-v2.ts';

const UNKNOWN = '<unknown>';
const SHOWN = 2;

/** Measured and wanted values of an autoscaler's metrics, `cpu: 10%/50%, 3/5 (avg)`. */
export function metricsText(specs: readonly MetricSpec[] = [], statuses: readonly MetricStatus[] | null = []): string {
  if (specs.length === 0) return '<none>';
  const texts = specs.map((spec, index) => metricText(spec, statuses?.[index]));
  const shown = texts.slice(0, SHOWN).join(', ');
  return texts.length > SHOWN ? `${shown} + ${texts.length - SHOWN} more...` : shown;
}

function metricText(spec: MetricSpec, status: MetricStatus | undefined): string {
  switch (spec.type) {
    case 'Pods':
      return `${status?.pods?.current.averageValue ?? UNKNOWN}/${spec.pods?.target.averageValue ?? '0'}`;
    case 'Object':
      return wholeOrAverage(spec.object?.target, status?.object?.current);
    case 'External':
      return wholeOrAverage(spec.external?.target, status?.external?.current);
    case 'Resource':
      return `${spec.resource?.name}: ${ofRequests(spec.resource?.target, status?.resource?.current)}`;
    case 'ContainerResource':
      return `${spec.containerResource?.name}: ${ofRequests(spec.containerResource?.target, status?.containerResource?.current)}`;
    default:
      return '<unknown type>';
  }
}

function wholeOrAverage(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${current?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`;
  return `${current?.value ?? UNKNOWN}/${target?.value ?? '0'}`;
}

function ofRequests(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${current?.averageValue ?? UNKNOWN}/${target.averageValue}`;
  return `${percent(current?.averageUtilization) ?? UNKNOWN}/${percent(target?.averageUtilization) ?? '<auto>'}`;
}

function percent(share: number | undefined): string | undefined {
  return share === undefined ? undefined : `${share}%`;
}
