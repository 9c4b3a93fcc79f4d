import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { IngressClass } from '../generated/networking-v1.ts';
import { ingressClasses as type } from '../resources.ts';
import { ingressClassRules } from '../validation/ingress-class.ts';
import { ALL_VERBS } from '../verbs.ts';

export const ingressClasses = defineResource<IngressClass>({
  ...type,
  singular: 'ingressclass',
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.networking.v1.IngressClass',
  generation: true,
  defaults: ({ spec }) => {
    if (spec?.parameters) spec.parameters.scope ??= 'Cluster';
  },
  rules: ingressClassRules,
  columns: [nameColumn, text('Controller', ({ spec }) => spec?.controller ?? ''), text('Parameters', parametersOf), ageColumn],
});

function parametersOf({ spec }: IngressClass): string {
  if (!spec?.parameters) return '<none>';
  const { apiGroup, kind, name } = spec.parameters;
  return `${kind}${apiGroup ? `.${apiGroup}` : ''}/${name}`;
}
