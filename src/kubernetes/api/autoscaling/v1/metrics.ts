import type * as v1 from '../../generated/autoscaling-v1.ts';
import type { MetricIdentifier, MetricSpec, MetricTarget } from '../../generated/autoscaling-v2.ts';
import { present } from './present.ts';

/** A metric in the shape that the annotation of autoscaling/v1 has, in the order in which upstream writes it. */
export function metricToV1({ type, object, pods, resource, containerResource, external }: MetricSpec): v1.MetricSpec {
  return present({
    type: type as v1.MetricSourceType,
    object:
      object &&
      present({
        target: referenceInOrder(object.describedObject),
        metricName: object.metric.name,
        targetValue: object.target.value ?? '0',
        selector: object.metric.selector,
        averageValue: object.target.averageValue,
      }),
    pods:
      pods &&
      present({
        metricName: pods.metric.name,
        targetAverageValue: pods.target.averageValue ?? '0',
        selector: pods.metric.selector,
      }),
    resource: resource && present({ name: resource.name, ...averageOf(resource.target) }),
    containerResource:
      containerResource &&
      present({ name: containerResource.name, ...averageOf(containerResource.target), container: containerResource.container }),
    external:
      external &&
      present({
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        targetValue: external.target.value,
        targetAverageValue: external.target.averageValue,
      }),
  });
}

/** The opposite. The types of targets, which v1 has no words for, follow from which values there are. */
export function metricFromV1({ type, object, pods, resource, containerResource, external }: v1.MetricSpec): MetricSpec {
  return present({
    type,
    object: object && {
      describedObject: object.target,
      target: present({
        type: object.averageValue === undefined ? 'Value' : 'AverageValue',
        value: object.targetValue,
        averageValue: object.averageValue,
      }),
      metric: identifier(object.metricName, object.selector),
    },
    pods: pods && {
      metric: identifier(pods.metricName, pods.selector),
      target: { type: 'AverageValue', averageValue: pods.targetAverageValue },
    },
    resource: resource && { name: resource.name, target: averageTarget(resource) },
    containerResource: containerResource && {
      name: containerResource.name,
      target: averageTarget(containerResource),
      container: containerResource.container,
    },
    external: external && {
      metric: identifier(external.metricName, external.metricSelector),
      target: present({
        type: external.targetValue === undefined ? 'AverageValue' : 'Value',
        value: external.targetValue,
        averageValue: external.targetAverageValue,
      }),
    },
  });
}

export function referenceInOrder({ kind, name, apiVersion }: v1.CrossVersionObjectReference): v1.CrossVersionObjectReference {
  return present({ kind, name, apiVersion });
}

export function identifier(name: string, selector: MetricIdentifier['selector']): MetricIdentifier {
  return present({ name, selector });
}

function averageOf({ averageUtilization, averageValue }: MetricTarget) {
  return { targetAverageUtilization: averageUtilization, targetAverageValue: averageValue };
}

function averageTarget({ targetAverageUtilization, targetAverageValue }: Omit<v1.ResourceMetricSource, 'name'>): MetricTarget {
  return present({
    type: targetAverageUtilization === undefined ? 'AverageValue' : 'Utilization',
    averageValue: targetAverageValue,
    averageUtilization: targetAverageUtilization,
  });
}
