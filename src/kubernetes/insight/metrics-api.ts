import type { Node, Pod } from '../api/generated/core-v1.ts';
import type { NodeMetrics, PodMetrics } from '../api/generated/metrics-v1beta1.ts';
import type { Lister } from '../client/informer.ts';
import { matchesFields, parseFieldSelector } from '../machinery/field-selectors.ts';
import { parseSelector } from '../machinery/selectors.ts';
import { badRequest, methodNotSupported, notFound } from '../machinery/status.ts';
import type { LatestUse } from './latest-use.ts';
import { API_VERSION, GROUP, GROUP_ENTRY, nodeMetrics, podMetrics, RESOURCES, VERSION } from './metrics-objects.ts';
import { metricsTable } from './metrics-table.ts';

export interface MetricsRequest {
  method: string;
  url: URL;
  accept: string;
}

/** metrics.k8s.io/v1beta1, as the API server asks for it on behalf of kubectl top and autoscalers. */
export class MetricsApi {
  readonly #latest: LatestUse;
  readonly #nodes: Lister<Node>;
  readonly #pods: Lister<Pod>;

  /** Labels of metrics are those of their nodes and pods. */
  constructor(latest: LatestUse, nodes: Lister<Node>, pods: Lister<Pod>) {
    this.#latest = latest;
    this.#nodes = nodes;
    this.#pods = pods;
  }

  /** The body of the answer; undefined for a path that is not of this API; throws an ApiError. */
  answer(request: MetricsRequest): object | undefined {
    const [root, group, version, ...rest] = request.url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
    if (root !== 'apis') return undefined;
    if (group === undefined) return { kind: 'APIGroupList', apiVersion: 'v1', groups: [GROUP_ENTRY] };
    if (group !== GROUP) return undefined;
    if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...GROUP_ENTRY };
    if (version !== VERSION) return undefined;
    return rest.length === 0 ? RESOURCES : this.#resource(request, rest);
  }

  #resource(request: MetricsRequest, path: readonly string[]): object | undefined {
    const inNamespace = path[0] === 'namespaces';
    const [plural, name, ...more] = inNamespace ? path.slice(2) : path;
    const namespace = inNamespace ? path[1] : undefined;
    if (more.length > 0 || (plural !== 'pods' && (plural !== 'nodes' || inNamespace))) return undefined;
    if (request.method !== 'GET') throw methodNotSupported({ group: GROUP, plural }, request.method.toLowerCase());
    const all = plural === 'nodes' ? this.#nodeMetrics(name) : this.#podMetrics(namespace, name);
    if (name !== undefined) return this.#one(request, all, plural, name);
    const items = selected<NodeMetrics | PodMetrics>(all, request.url.searchParams);
    if (wantsTable(request)) return metricsTable(items);
    return { kind: plural === 'nodes' ? 'NodeMetricsList' : 'PodMetricsList', apiVersion: API_VERSION, metadata: {}, items };
  }

  #one(request: MetricsRequest, found: readonly (NodeMetrics | PodMetrics)[], plural: string, name: string): object {
    const [metrics] = found;
    if (!metrics) throw notFound({ group: GROUP, plural }, name);
    return wantsTable(request) ? metricsTable([metrics]) : metrics;
  }

  #nodeMetrics(name: string | undefined): NodeMetrics[] {
    return this.#latest
      .nodes()
      .filter(({ node }) => name === undefined || node === name)
      .map((use) => nodeMetrics(use, this.#nodes.get(use.node)?.metadata.labels));
  }

  #podMetrics(namespace: string | undefined, name: string | undefined): PodMetrics[] {
    return [...this.#latest.pods()]
      .filter((use) => (namespace === undefined || use.namespace === namespace) && (name === undefined || use.name === name))
      .map((use) => podMetrics(use, this.#pods.get(`${use.namespace}/${use.name}`)?.metadata.labels));
  }
}

const wantsTable = ({ accept }: MetricsRequest) => accept.split(',').some((part) => /;\s*as=Table/.test(part));

function selected<T extends NodeMetrics | PodMetrics>(objects: readonly T[], query: URLSearchParams): T[] {
  try {
    const labels = parseSelector(query.get('labelSelector') ?? '');
    const fields = parseFieldSelector(query.get('fieldSelector') ?? '');
    const read =
      ({ metadata }: T) =>
      (field: string) =>
        (field === 'metadata.name' ? metadata.name : field === 'metadata.namespace' ? metadata.namespace : '') ?? '';
    return objects.filter((object) => labels.matches(object.metadata.labels) && matchesFields(fields, read(object)));
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error));
  }
}
