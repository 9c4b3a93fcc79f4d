// Conformance: "Ingress API should support creating Ingress API operations",
// "IngressClass API should support creating IngressClass API operations".
import { supportsApiOperations } from '../../support/api-operations.ts';

const networking = { group: 'networking.k8s.io', version: 'v1' };

supportsApiOperations('ingresses', {
  ...networking,
  resource: 'ingresses',
  namespaced: true,
  object: () => ({
    spec: {
      defaultBackend: { service: { name: 'default-backend', port: { number: 80 } } },
      rules: [
        {
          host: 'foo.bar.com',
          http: {
            paths: [
              { path: '/', pathType: 'ImplementationSpecific', backend: { service: { name: 'test-backend', port: { number: 8080 } } } },
            ],
          },
        },
      ],
    },
  }),
  change: { spec: { defaultBackend: { service: { name: 'another', port: { number: 81 } } } } },
  status: { loadBalancer: { ingress: [{ ip: '169.1.1.1' }] } },
});

supportsApiOperations('ingress classes', {
  ...networking,
  resource: 'ingressclasses',
  object: () => ({ spec: { controller: 'example.com/controller' } }),
});
