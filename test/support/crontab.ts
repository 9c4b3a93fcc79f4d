/** The CronTab of upstream's documentation, with what tests need on top. */
export function crontabs(spec: object = {}, version: object = {}): Record<string, unknown> & { metadata: { name: string } } {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'crontabs.stable.example.com' },
    spec: {
      group: 'stable.example.com',
      scope: 'Namespaced',
      names: { plural: 'crontabs', singular: 'crontab', kind: 'CronTab', shortNames: ['ct'], categories: ['all'] },
      versions: [crontabVersion('v1', { storage: true, ...version })],
      ...spec,
    },
  };
}

export function crontabVersion(name: string, rest: object = {}): object {
  return { name, served: true, storage: false, schema: { openAPIV3Schema: CRONTAB_SCHEMA }, ...rest };
}

export const CRONTAB_SCHEMA = {
  type: 'object',
  description: 'A CronTab runs something again and again.',
  properties: {
    spec: {
      type: 'object',
      description: 'What runs, and when.',
      properties: {
        cronSpec: { type: 'string', description: 'When it runs.', pattern: '^(\\S+\\s+){4}\\S+$' },
        image: { type: 'string' },
        replicas: { type: 'integer', minimum: 1, maximum: 10, default: 1 },
      },
    },
    status: { type: 'object', properties: { replicas: { type: 'integer' }, labelSelector: { type: 'string' } } },
  },
};
