import { pathOfKind } from '../kube/names.ts';
import { VIEWS } from './registry.ts';
import type { KindView } from './view.ts';

/** The view whose pages have this address segment. */
export function viewByPath(path: string): KindView | undefined {
  return VIEWS.find((view) => pathOfKind(view.resource) === path);
}

/** The view of a kind as objects refer to it. */
export function viewByKind(kind: string, apiVersion?: string): KindView | undefined {
  const group = apiVersion?.includes('/') ? apiVersion.split('/')[0] : apiVersion === undefined ? undefined : '';
  return VIEWS.find((view) => view.resource.kind === kind && (group === undefined || view.resource.group === group));
}
