/** A pod of the size that people have: 2 kB once the server has filled it in. */
export const pod = (name: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'bench', tier: 'web' }, annotations: { note: 'x'.repeat(200) } },
    spec: {
      containers: [
        {
          name: 'c',
          image: 'registry.local/bench:1',
          ports: [{ containerPort: 80 }],
          env: [{ name: 'A', value: '1' }],
          resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
          readinessProbe: { httpGet: { path: '/', port: 80 } },
        },
      ],
      nodeName: 'node-1',
    },
  });
