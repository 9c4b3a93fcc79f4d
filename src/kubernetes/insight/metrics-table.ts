import type { NodeMetrics, PodMetrics } from '../api/generated/metrics-v1beta1.ts';
import { addQuantities, formatQuantity, parseQuantity } from '../machinery/quantity.ts';

const USAGE = ['cpu', 'memory'] as const;

const nameColumn = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name of the resource',
  priority: 0,
};
const plain = (name: string) => ({ name, type: 'string', format: '', description: '', priority: 0 });

/** The Table that `kubectl get` shows: the sum of a pod's containers, and over which time. */
export function metricsTable(objects: readonly (NodeMetrics | PodMetrics)[], resourceVersion = ''): object {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion },
    columnDefinitions: [nameColumn, ...USAGE.map(plain), plain('Window')],
    rows: objects.map((object) => ({
      cells: [object.metadata.name, ...USAGE.map((resource) => totalOf(object, resource)), object.window],
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}

function totalOf(object: NodeMetrics | PodMetrics, resource: (typeof USAGE)[number]): string {
  const usages = 'containers' in object ? object.containers.map(({ usage }) => usage) : [object.usage];
  const total = usages.reduce((sum, usage) => addQuantities(sum, usage[resource] ?? '0'), parseQuantity(resource === 'cpu' ? '0n' : '0Ki'));
  return formatQuantity(total);
}
