import { expect } from 'vitest';
import { behaviour } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

behaviour('pods and Services answer through the API server, by port number and name', async (space) => {
  const run = 'mkdir -p /www/deep; echo root > /www/index.html; echo deep > /www/deep/index.html; exec httpd -f -p 8080 -h /www';
  await space.pod({
    name: 'web',
    labels: { app: 'web' },
    containers: [{ run, ports: [{ name: 'http', containerPort: 8080 }], readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }],
  });
  await space.apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ name: 'portname', port: 80, targetPort: 'http' }] },
  });
  await space.ready('web');
  const base = `/api/v1/namespaces/${space.namespace}`;
  const paths = [
    'pods/web:8080',
    'pods/http:web:8080',
    'services/web:80',
    'services/web:portname',
    'services/http:web:portname',
    'services/http:web:80',
  ];
  for (const path of paths) {
    await eventually(async () => expect(await space.kubectl('get', '--raw', `${base}/${path}/proxy/`)).toBe('root\n'), 20);
    expect(await space.kubectl('get', '--raw', `${base}/${path}/proxy/deep/`)).toBe('deep\n');
  }
  const missing = await space.kubectl.try('get', '--raw', `${base}/services/web:none/proxy/`);
  expect(missing.stderr).toMatch(/no service port "none" found for service "web"|ServiceUnavailable|not found/i);
});

behaviour('links of a page, and where it sends browsers, lead through the API server again', async (space) => {
  const page = '<a href="/rewriteme">test</a><a href="relative"><a href="http://example.com/elsewhere">';
  const run = `mkdir -p /www/deep; echo '${page}' > /www/index.html; exec httpd -f -p 8080 -h /www`;
  const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 };
  await space.pod({ name: 'web', labels: { app: 'web' }, containers: [{ run, readinessProbe }] });
  await space.apply({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 8080 }] },
  });
  await space.ready('web');
  for (const target of ['pods/web:8080', 'pods/http:web:8080', 'services/web:8080']) {
    const proxy = `/api/v1/namespaces/${space.namespace}/${target}/proxy`;
    await eventually(
      async () => expect(await space.kubectl('get', '--raw', `${proxy}/`)).toBe(`${page.replace('/rewriteme', `${proxy}/rewriteme`)}\n`),
      20,
    );
    // A folder without the last slash is a redirect to one with it, which kubectl follows.
    const followed = await space.kubectl.try('get', '--raw', `${proxy}/deep`);
    expect(followed.stderr).toContain('the server could not find the requested resource');
  }
});
