import type { Container, EphemeralContainer, PodSpec } from '../generated/core-v1.ts';

type AnyContainer = Container | EphemeralContainer;

/** Drops fields of features that are off by default, unless the object had them before. */
export function dropDisabledPodFields(spec: PodSpec | undefined, previous?: PodSpec): void {
  if (!spec) return;
  if (!previous?.schedulingGroup) delete spec.schedulingGroup;
  for (const kind of ['clusterTrustBundle', 'podCertificate'] as const) dropProjected(kind, spec, previous);
  if (usesStopSignal(previous)) return;
  for (const container of allContainers(spec)) dropStopSignal(container);
}

function dropProjected(kind: 'clusterTrustBundle' | 'podCertificate', spec: PodSpec, previous: PodSpec | undefined): void {
  const sources = (from: PodSpec | undefined) => from?.volumes?.flatMap(({ projected }) => projected?.sources ?? []) ?? [];
  if (sources(previous).some((source) => source[kind])) return;
  for (const source of sources(spec)) delete source[kind];
}

const allContainers = (spec: PodSpec): AnyContainer[] => [
  ...(spec.containers ?? []),
  ...(spec.initContainers ?? []),
  ...(spec.ephemeralContainers ?? []),
];

function usesStopSignal(spec: PodSpec | undefined): boolean {
  return spec !== undefined && allContainers(spec).some(({ lifecycle }) => lifecycle?.stopSignal !== undefined);
}

function dropStopSignal(container: AnyContainer): void {
  const { lifecycle } = container;
  if (lifecycle?.stopSignal === undefined) return;
  delete lifecycle.stopSignal;
  if (!lifecycle.postStart && !lifecycle.preStop) delete container.lifecycle;
}
