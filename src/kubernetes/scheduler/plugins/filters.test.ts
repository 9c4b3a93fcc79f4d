import { expect, test } from 'vitest';
import { aCluster, aNode, aPod } from '../../../../test/support/scheduling.ts';
import type { Node, Pod, Taint } from '../../api/generated/core-v1.ts';
import type { NodeInfo } from '../cluster/node-info.ts';
import { podInfo } from '../cluster/pod-info.ts';
import type { FilterPlugin } from '../framework/plugin.ts';
import { isRejection, skip } from '../framework/plugin.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';
import { nodeAffinity } from './node-affinity.ts';
import { nodePorts } from './node-ports.ts';
import { nodeResourcesFit } from './node-resources-fit.ts';
import { nodeUnschedulable } from './node-unschedulable.ts';
import { podTopologySpread } from './pod-topology-spread.ts';
import { taintToleration } from './taint-toleration.ts';

/** What the plugin says about the pod on each node: `ok`, or its reasons. */
function verdicts(
  plugin: FilterPlugin,
  pod: Pod,
  nodes: Node[],
  pods: Pod[] = [],
  namespaces: Record<string, Record<string, string>> = {},
): Record<string, string> {
  const cluster = aCluster(nodes, pods, namespaces);
  const info = podInfo(pod);
  const state = plugin.preFilter?.(info, cluster);
  const words = (node: NodeInfo) => {
    if (state === skip) return 'ok';
    const verdict = isRejection(state) ? state : plugin.filter(info, node, state);
    return verdict.fits ? 'ok' : verdict.reasons.join('; ');
  };
  return Object.fromEntries([...cluster.nodes()].map((node) => [node.name, words(node)]));
}

const single = (plugin: FilterPlugin, pod: Pod, node: Node, pods: Pod[] = []) =>
  verdicts(plugin, pod, [node], pods)[node.metadata.name ?? ''];
const CORDON = { key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' } as const;

test.each([
  { name: 'open node', node: aNode('n'), pod: aPod('p'), says: 'ok' },
  { name: 'cordoned node', node: aNode('n', { unschedulable: true }), pod: aPod('p'), says: 'node(s) were unschedulable' },
  { name: 'cordon tolerated', node: aNode('n', { unschedulable: true }), pod: aPod('p', { spec: { tolerations: [CORDON] } }), says: 'ok' },
])('NodeUnschedulable: $name', ({ node, pod, says }) => {
  expect(single(nodeUnschedulable, pod, node)).toBe(says);
});

const taint = (effect: Taint['effect'], value?: string): Taint => ({ key: 'k', value, effect });

test.each([
  { name: 'not tolerated', taints: [taint('NoSchedule', 'v')], tolerations: [], says: 'node(s) had untolerated taint {k: v}' },
  { name: 'tolerated by value', taints: [taint('NoSchedule', 'v')], tolerations: [{ key: 'k', value: 'v' }], says: 'ok' },
  {
    name: 'another value',
    taints: [taint('NoSchedule', 'v')],
    tolerations: [{ key: 'k', value: 'w' }],
    says: 'node(s) had untolerated taint {k: v}',
  },
  { name: 'everything tolerated', taints: [taint('NoExecute')], tolerations: [{ operator: 'Exists' as const }], says: 'ok' },
  {
    name: 'another effect',
    taints: [taint('NoExecute')],
    tolerations: [{ key: 'k', operator: 'Exists' as const, effect: 'NoSchedule' as const }],
    says: 'node(s) had untolerated taint {k: }',
  },
  { name: 'only a preference', taints: [taint('PreferNoSchedule')], tolerations: [], says: 'ok' },
])('TaintToleration: $name', ({ taints, tolerations, says }) => {
  expect(single(taintToleration, aPod('p', { spec: { tolerations } }), aNode('n', { taints }))).toBe(says);
});

const mismatch = "node(s) didn't match Pod's node affinity/selector";
const required = (key: string, operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt', ...values: string[]) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }] },
    },
  },
});

test.each([
  { name: 'nothing asked', spec: {}, says: 'ok' },
  { name: 'nodeSelector met', spec: { nodeSelector: { disk: 'fast' } }, says: 'ok' },
  { name: 'nodeSelector unmet', spec: { nodeSelector: { disk: 'slow' } }, says: mismatch },
  { name: 'In', spec: required('disk', 'In', 'slow', 'fast'), says: 'ok' },
  { name: 'NotIn', spec: required('disk', 'NotIn', 'fast'), says: mismatch },
  { name: 'Exists', spec: required('absent', 'Exists'), says: mismatch },
  { name: 'DoesNotExist', spec: required('absent', 'DoesNotExist'), says: 'ok' },
  { name: 'Gt', spec: required('cores', 'Gt', '7'), says: 'ok' },
  { name: 'Lt', spec: required('cores', 'Lt', '8'), says: mismatch },
  {
    name: 'no terms',
    spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } } },
    says: mismatch,
  },
])('NodeAffinity: $name', ({ spec, says }) => {
  expect(single(nodeAffinity, aPod('p', { spec }), aNode('n', { labels: { disk: 'fast', cores: '8' } }))).toBe(says);
});

const withPort = (name: string, hostPort: number, on?: string, hostIP?: string) =>
  aPod(name, { on, spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80, hostPort, hostIP }] }] } });

test.each([
  { name: 'free', pod: withPort('p', 81), says: 'ok' },
  { name: 'taken', pod: withPort('p', 80), says: "node(s) didn't have free ports for the requested pod ports" },
  {
    name: 'taken on every address',
    pod: withPort('p', 80, undefined, '10.0.0.1'),
    says: "node(s) didn't have free ports for the requested pod ports",
  },
])('NodePorts: $name', ({ pod, says }) => {
  expect(single(nodePorts, pod, aNode('n'), [withPort('q', 80, 'n')])).toBe(says);
});

test.each([
  { name: 'fits', requests: { cpu: '1', memory: '1Gi' }, says: 'ok' },
  { name: 'too much of two', requests: { cpu: '3', memory: '7Gi' }, says: 'Insufficient cpu; Insufficient memory' },
  { name: 'nothing asked', requests: {}, says: 'ok' },
  { name: 'a resource the node does not have', requests: { 'example.com/gpu': '1' }, says: 'Insufficient example.com/gpu' },
])('NodeResourcesFit: $name', ({ requests, says }) => {
  expect(
    single(nodeResourcesFit, aPod('p', { requests: requests as Record<string, string> }), aNode('n'), [
      aPod('q', { on: 'n', requests: { cpu: '2', memory: '2Gi' } }),
    ]),
  ).toBe(says);
});

test('NodeResourcesFit: as many pods as the node takes', () => {
  expect(single(nodeResourcesFit, aPod('p'), aNode('n', { allocatable: { pods: '1' } }), [aPod('q', { on: 'n' })])).toBe('Too many pods');
});

test('NodeResourcesFit: init containers count by their highest, sidecars with the rest', () => {
  const container = (name: string, cpu: string, restartPolicy?: string) => ({
    name,
    image: 'i',
    restartPolicy,
    resources: { requests: { cpu } },
  });
  const spec = { containers: [container('a', '1')], initContainers: [container('side', '500m', 'Always'), container('init', '2')] };
  expect(podInfo(aPod('p', { spec })).requests).toMatchObject({ cpu: 2500 });
});

const zones = [
  aNode('a1', { labels: { zone: 'a' } }),
  aNode('a2', { labels: { zone: 'a' } }),
  aNode('b1', { labels: { zone: 'b' } }),
  aNode('x'),
];
const web = { labels: { app: 'web' } };
const spread = podTopologySpread(() => undefined);
const spreadSpec = (maxSkew: number, more = {}) => ({
  topologySpreadConstraints: [
    { maxSkew, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' as const, labelSelector: { matchLabels: web.labels }, ...more },
  ],
});
const skewed = "node(s) didn't match pod topology spread constraints";
const unlabelled = `${skewed} (missing required label)`;

test.each([
  { name: 'the emptier zone', spec: spreadSpec(1), says: { a1: skewed, a2: skewed, b1: 'ok', x: unlabelled } },
  { name: 'within the skew', spec: spreadSpec(2), says: { a1: 'ok', a2: 'ok', b1: 'ok', x: unlabelled } },
  {
    name: 'more domains wanted than there are',
    spec: spreadSpec(1, { minDomains: 3 }),
    says: { a1: skewed, a2: skewed, b1: 'ok', x: unlabelled },
  },
])('PodTopologySpread: $name', ({ spec, says }) => {
  expect(verdicts(spread as FilterPlugin, aPod('p', { ...web, spec }), zones, [aPod('q', { ...web, on: 'a1' })])).toEqual(says);
});

const term = (labels: Record<string, string>, more = {}) => [{ topologyKey: 'zone', labelSelector: { matchLabels: labels }, ...more }];
const near = (labels: Record<string, string>, more = {}) => ({
  affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: term(labels, more) } },
});
const far = (labels: Record<string, string>) => ({
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: term(labels) } },
});
const noCompany = "node(s) didn't match pod affinity rules";
const badCompany = "node(s) didn't match pod anti-affinity rules";
const notWelcome = "node(s) didn't satisfy existing pods anti-affinity rules";

test.each([
  {
    name: 'near a pod',
    pod: aPod('p', { spec: near(web.labels) }),
    others: [aPod('q', { ...web, on: 'a1' })],
    says: { a1: 'ok', a2: 'ok', b1: noCompany, x: noCompany },
  },
  {
    name: 'near its own kind, the first',
    pod: aPod('p', { ...web, spec: near(web.labels) }),
    others: [],
    says: { a1: 'ok', a2: 'ok', b1: 'ok', x: noCompany },
  },
  {
    name: 'not in other namespaces',
    pod: aPod('p', { spec: near(web.labels) }),
    others: [aPod('q', { ...web, namespace: 'other', on: 'a1' })],
    says: { a1: noCompany, a2: noCompany, b1: noCompany, x: noCompany },
  },
  {
    name: 'in namespaces selected',
    pod: aPod('p', { spec: near(web.labels, { namespaceSelector: { matchLabels: { team: 'x' } } }) }),
    others: [aPod('q', { ...web, namespace: 'other', on: 'a1' })],
    says: { a1: 'ok', a2: 'ok', b1: noCompany, x: noCompany },
  },
  {
    name: 'away from a pod',
    pod: aPod('p', { spec: far(web.labels) }),
    others: [aPod('q', { ...web, on: 'a1' })],
    says: { a1: badCompany, a2: badCompany, b1: 'ok', x: 'ok' },
  },
  {
    name: 'a pod that wants to be alone',
    pod: aPod('p', web),
    others: [aPod('q', { spec: { ...far(web.labels), nodeName: 'b1' } })],
    says: { a1: 'ok', a2: 'ok', b1: notWelcome, x: 'ok' },
  },
])('InterPodAffinity: $name', ({ pod, others, says }) => {
  expect(verdicts(interPodAffinity as FilterPlugin, pod, zones, others, { other: { team: 'x' } })).toEqual(says);
});
