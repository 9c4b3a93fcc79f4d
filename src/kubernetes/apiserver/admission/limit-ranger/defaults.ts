import type { Container, LimitRange, Pod } from '../../../api/generated/core-v1.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';

type Amounts = Record<string, string>;

/** Gives containers what they do not say themselves, and notes on the pod what that was. */
export function applyDefaults(pod: Pod, limitRange: LimitRange): void {
  const { limits, requests } = defaultsOf(limitRange);
  const notes = [
    ...(pod.spec?.containers ?? []).flatMap((container) => complete(container, 'container', requests, limits)),
    ...(pod.spec?.initContainers ?? []).flatMap((container) => complete(container, 'init container', requests, limits)),
  ];
  if (notes.length === 0) return;
  pod.metadata.annotations = { ...pod.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}` };
}

function defaultsOf({ spec }: LimitRange): { limits: Amounts; requests: Amounts } {
  const ofContainers = (spec?.limits ?? []).filter(({ type }) => type === 'Container');
  return {
    limits: Object.assign({}, ...ofContainers.map((limit) => limit.default)),
    requests: Object.assign({}, ...ofContainers.map(({ defaultRequest }) => defaultRequest)),
  };
}

/** Fills in what is missing and says what it was. */
function complete(container: Container, what: string, requests: Amounts, limits: Amounts): string[] {
  const resources = container.resources ?? {};
  const newLimits = missing(limits, resources.limits);
  const newRequests = missing(requests, resources.requests);
  if (newLimits.length + newRequests.length === 0) return [];
  container.resources = {
    ...resources,
    ...(newLimits.length ? { limits: { ...limits, ...resources.limits } } : {}),
    ...(newRequests.length ? { requests: { ...requests, ...resources.requests } } : {}),
  };
  const note = (names: string[], kind: string) =>
    names.length ? [`${names.sort().join(', ')} ${kind} for ${what} ${container.name}`] : [];
  return [...note(newRequests, 'request'), ...note(newLimits, 'limit')];
}

function missing(wanted: Amounts, present: Amounts | undefined): string[] {
  return Object.keys(wanted).filter((name) => present?.[name] === undefined);
}
