import type * as v1 from '../../generated/autoscaling-v1.ts';
import type { MetricStatus, MetricValueStatus } from '../../generated/autoscaling-v2.ts';
import { identifier, referenceInOrder } from './metrics.ts';
import { present } from './present.ts';

/** A measured metric in the shape that the annotation of autoscaling/v1 has, in the order in which upstream writes it. */
export function metricStatusToV1({ type, object, pods, resource, containerResource, external }: MetricStatus): v1.MetricStatus {
  return present({
    type: type as v1.MetricSourceType,
    object:
      object &&
      present({
        target: referenceInOrder(object.describedObject),
        metricName: object.metric.name,
        currentValue: object.current.value ?? '0',
        selector: object.metric.selector,
        averageValue: object.current.averageValue,
      }),
    pods:
      pods &&
      present({
        metricName: pods.metric.name,
        currentAverageValue: pods.current.averageValue ?? '0',
        selector: pods.metric.selector,
      }),
    resource: resource && present({ name: resource.name, ...averageOf(resource.current) }),
    containerResource:
      containerResource &&
      present({ name: containerResource.name, ...averageOf(containerResource.current), container: containerResource.container }),
    external:
      external &&
      present({
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        currentValue: external.current.value ?? '0',
        currentAverageValue: external.current.averageValue,
      }),
  });
}

/** The opposite. */
export function metricStatusFromV1({ type, object, pods, resource, containerResource, external }: v1.MetricStatus): MetricStatus {
  return present({
    type,
    object: object && {
      metric: identifier(object.metricName, object.selector),
      current: present({ value: object.currentValue, averageValue: object.averageValue }),
      describedObject: object.target,
    },
    pods: pods && {
      metric: identifier(pods.metricName, pods.selector),
      current: { averageValue: pods.currentAverageValue },
    },
    resource: resource && { name: resource.name, current: averageCurrent(resource) },
    containerResource: containerResource && {
      name: containerResource.name,
      current: averageCurrent(containerResource),
      container: containerResource.container,
    },
    external: external && {
      metric: identifier(external.metricName, external.metricSelector),
      current: present({ value: external.currentValue, averageValue: external.currentAverageValue }),
    },
  });
}

function averageOf({ averageUtilization, averageValue = '0' }: MetricValueStatus) {
  return { currentAverageUtilization: averageUtilization, currentAverageValue: averageValue };
}

function averageCurrent({ currentAverageUtilization, currentAverageValue }: Omit<v1.ResourceMetricStatus, 'name'>): MetricValueStatus {
  return present({ averageValue: currentAverageValue, averageUtilization: currentAverageUtilization });
}
