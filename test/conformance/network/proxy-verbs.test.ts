// Conformance: "Proxy version v1 A set of valid responses are returned for both pod and service Proxy", "... ProxyWithPath".
import { expect } from 'vitest';
import { apiBehaviour } from '../../support/api-behaviour.ts';
import { podOf } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

/** Answers with the method and the path it was asked by. */
const ECHO = `
  read method path version
  while read line; do [ "$line" = "$(printf '\\r')" ] && break; done
  body="{\\"Method\\":\\"$method\\",\\"Path\\":\\"$path\\",\\"Body\\":\\"foo\\"}"
  printf "HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Type: application/json\\r\\nContent-Length: \${#body}\\r\\n\\r\\n"
  [ "$method" = HEAD ] || printf %s "$body"`;
const VERBS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

apiBehaviour('every verb goes through the API server to a pod and a Service, with its path and query', async (space) => {
  const labels = { test: 'response' };
  const run = `cat > /tmp/echo <<'END'${ECHO}\nEND\nexec nc -ll -p 80 -e sh /tmp/echo`;
  await space.create(space.core('pods'), podOf({ name: 'agnhost', labels, containers: [{ run }] }));
  await space.create(space.core('services'), {
    metadata: { name: 'test' },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 80 }] },
  });
  for (const target of [space.core('pods', 'agnhost'), space.core('services', 'test')]) {
    await eventually(async () => expect((await space.ask('GET', `${target}/proxy/`)).code).toBe(200), 60);
    for (const method of VERBS) {
      const withPath = await space.ask(method, `${target}/proxy/some/path/with/${method}`);
      const body = method === 'HEAD' ? undefined : { Method: method, Path: `/some/path/with/${method}`, Body: 'foo' };
      expect(withPath).toMatchObject({ code: 200, body });

      const bare = await space.ask(method, `${target}/proxy?method=${method}`);
      // Links of a page would lead elsewhere without the last slash: browsers are sent there.
      if (method === 'GET' || method === 'HEAD') expect(bare.code).toBe(301);
      else expect(bare).toMatchObject({ code: 200, body: { Method: method, Path: `/?method=${method}` } });
    }
  }
});
