/**
 * What `GET /history` of the insight add-on takes and answers. Reached through the API server:
 * `/api/v1/namespaces/kube-system/services/https:slipway-insight:https/proxy/history?kind=pod&namespace=default&name=web-0`.
 */
export interface HistoryQuery {
  kind: 'node' | 'pod' | 'container';
  /** Of pods and containers. */
  namespace?: string;
  /** Of the node or pod. */
  name: string;
  /** Of a container. */
  container?: string;
  /** How far back, in minutes; default 60, at most a day. */
  minutes?: number;
  /** Only what was measured after this, in seconds since the epoch: for a chart that already has the rest. */
  since?: number;
}

/**
 * Columns of equal length, oldest first, `step` seconds apart. Null: nothing was measured then. Up to an hour comes as
 * it was measured, more in minutes. Something never seen has empty columns.
 */
export interface History {
  step: number;
  /** Seconds since the epoch. */
  times: number[];
  /** Cores. */
  cpu: (number | null)[];
  /** Bytes of the working set. */
  memory: (number | null)[];
}
