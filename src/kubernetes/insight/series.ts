/** One thing whose use is measured over time. */
export interface SeriesName {
  kind: 'node' | 'pod' | 'container';
  namespace: string;
  name: string;
  container: string;
}

export const seriesKey = ({ kind, namespace, name, container }: SeriesName): string => `${kind}/${namespace}/${name}/${container}`;

export const nodeSeries = (name: string): SeriesName => ({ kind: 'node', namespace: '', name, container: '' });
export const podSeries = (namespace: string, name: string): SeriesName => ({ kind: 'pod', namespace, name, container: '' });
export const containerSeries = (namespace: string, name: string, container: string): SeriesName => ({
  kind: 'container',
  namespace,
  name,
  container,
});

/** Use at one moment: cores and bytes. */
export interface Use {
  cpu: number;
  memory: number;
}

export interface Point extends Use {
  /** Seconds since the epoch. */
  at: number;
}
