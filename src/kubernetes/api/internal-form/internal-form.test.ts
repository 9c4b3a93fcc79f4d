import { expect, test } from 'vitest';
import { internalDiff } from './internal-diff.ts';
import { internalForm } from './internal-form.ts';

const form = (value: object, type: string) => JSON.stringify(internalForm(value, `io.k8s.api.core.v1.${type}`));

test('every field, under its Go name, in the order of the struct', () => {
  expect(form({ key: 'a', effect: 'NoSchedule' }, 'Taint')).toBe('{"Key":"a","Value":"","Effect":"NoSchedule","TimeAdded":null}');
  expect(form({ awsElasticBlockStore: { volumeID: 'v' } }, 'PersistentVolumeSource')).toContain(
    '"AWSElasticBlockStore":{"VolumeID":"v","FSType":"","Partition":0,"ReadOnly":false},"HostPath":null',
  );
});

test('types of the machinery keep their JSON names', () => {
  expect(form({ topologyKey: 't', labelSelector: { matchLabels: { b: '1', a: '2' } } }, 'PodAffinityTerm')).toBe(
    '{"LabelSelector":{"matchLabels":{"a":"2","b":"1"}},"Namespaces":null,"TopologyKey":"t","NamespaceSelector":null,"MatchLabelKeys":null,"MismatchLabelKeys":null}',
  );
});

test('what a pod says of its host belongs to its security context', () => {
  const spec = internalForm({ containers: [], hostNetwork: true, securityContext: { runAsUser: 1 } }, 'io.k8s.api.core.v1.PodSpec');
  expect(spec).not.toHaveProperty('HostNetwork');
  expect(spec.SecurityContext).toMatchObject({ HostNetwork: true, HostPID: false, RunAsUser: 1 });
});

test('a template’s metadata stand among its fields', () => {
  const template = internalForm({ metadata: { labels: { a: 'b' } } }, 'io.k8s.api.core.v1.PodTemplateSpec');
  expect(Object.keys(template)).toEqual(['labels', 'Spec']);
});

test('a diff', () => {
  expect(internalDiff({ key: 'a' }, { key: 'b' }, 'io.k8s.api.core.v1.Taint')).toBe(
    '@@ -1,5 +1,5 @@\n {\n- "Key": "a",\n+ "Key": "b",\n  "Value": "",\n  "Effect": "",\n  "TimeAdded": null\n',
  );
});
