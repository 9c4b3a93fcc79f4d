import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';
import type { ResourceType } from '../../../kubernetes/machinery/resource.ts';
import { t } from '../../i18n/index.ts';
import { kube } from '../../ipc/session.ts';
import { called } from '../../kube/names.ts';
import { pagedKind } from '../../kube/paged-kinds.ts';
import type { ActionTarget } from '../view.ts';
import { notifyDone, notifyError } from './notify.ts';

export function resourceOf(object: KubeObject): ResourceType {
  const type = pagedKind(object.kind ?? '', object.apiVersion);
  if (!type) throw new Error(`There is no page for ${object.kind}`);
  return type;
}

/** Merge-patches an object, then says how it went. */
export function patchObject({ cluster, object }: ActionTarget, action: string, patch: object, done: (what: string) => string): void {
  const resource = resourceOf(object);
  const what = called(resource, object);
  const { namespace, name = '' } = object.metadata;
  kube
    .patch({ cluster, resource, namespace, name, patch, type: 'merge' })
    .then(() => notifyDone(done(what)))
    .catch((error: unknown) => notifyError(t('actions.failed', { what, action }), error));
}
