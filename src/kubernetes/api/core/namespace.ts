import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, invalidValue } from '../../machinery/validation/faults.ts';
import { isQualifiedName } from '../../machinery/validation/names.ts';
import { STANDARD_FINALIZERS } from '../../machinery/validation/object-meta.ts';
import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { Namespace } from '../generated/core-v1.ts';
import { namespaces as type } from '../resources.ts';
import { ALL_VERBS } from '../verbs.ts';

const NAME_LABEL = 'kubernetes.io/metadata.name';

export const namespaces = defineResource<Namespace>({
  ...type,
  singular: 'namespace',
  shortNames: ['ns'],
  verbs: ALL_VERBS.filter((verb) => verb !== 'deletecollection'),
  subresources: ['status', 'finalize'],
  schema: 'io.k8s.api.core.v1.Namespace',
  nameRule: 'dnsLabel',
  generation: false,
  resetFields: { main: ['status'], status: ['spec'] },
  defaults: defaultNamespace,
  rules: namespaceRules,
  statusRules: namespaceStatusRules,
  prepareCreate: prepareCreate,
  prepareUpdate: (next, previous) => {
    next.spec = { ...next.spec, finalizers: previous.spec?.finalizers };
  },
  columns: [nameColumn, text('Status', ({ status }) => status?.phase ?? ''), ageColumn],
  selectableFields: { name: ({ metadata }) => metadata.name ?? '', 'status.phase': ({ status }) => status?.phase ?? '' },
});

function defaultNamespace(namespace: Namespace): void {
  const { name } = namespace.metadata;
  if (!name) return;
  namespace.metadata.labels = { ...namespace.metadata.labels, [NAME_LABEL]: name };
}

/** The `kubernetes` finalizer holds a namespace until its content is gone. */
function prepareCreate(namespace: Namespace): void {
  namespace.status = { phase: 'Active' };
  const finalizers = namespace.spec?.finalizers ?? [];
  namespace.spec = { ...namespace.spec, finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'] };
  defaultNamespace(namespace);
}

function* namespaceRules(next: Namespace): Iterable<FieldError> {
  const finalizers = next.spec?.finalizers ?? [];
  for (const finalizer of finalizers) {
    yield* complaints('spec.finalizers', finalizer, isQualifiedName(finalizer));
    if (!finalizer.includes('/') && !STANDARD_FINALIZERS.has(finalizer)) {
      yield invalidValue('spec.finalizers', finalizer, 'name is neither a standard finalizer name nor is it fully qualified');
    }
  }
}

function* namespaceStatusRules(next: Namespace): Iterable<FieldError> {
  const deleting = Boolean(next.metadata.deletionTimestamp);
  const phase = next.status?.phase ?? '';
  if (deleting && phase !== 'Terminating')
    yield invalidValue('status.Phase', phase, "may only be 'Terminating' if `deletionTimestamp` is not empty");
  if (!deleting && phase !== 'Active') yield invalidValue('status.Phase', phase, "may only be 'Active' if `deletionTimestamp` is empty");
}
