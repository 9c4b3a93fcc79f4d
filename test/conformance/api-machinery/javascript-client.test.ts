import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { CoreV1Api, Exec, KubeConfig, Log, type V1Pod, type V1Status, Watch } from '@kubernetes/client-node';
import { expect } from 'vitest';
import { conformanceKubeconfig } from '../../support/conformance-cluster.ts';
import { behaviour } from '../../support/conformance-space.ts';

async function client(): Promise<KubeConfig> {
  const config = new KubeConfig();
  config.loadFromString(readFileSync(await conformanceKubeconfig(), 'utf8'));
  return config;
}

/** All that a stream carries. */
async function textOf(stream: PassThrough): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

behaviour('the JavaScript client lists, watches, reads logs and runs a command', async (space) => {
  const config = await client();
  const core = config.makeApiClient(CoreV1Api);
  const seen = Promise.withResolvers<V1Pod>();
  const watch = await new Watch(config).watch(
    `/api/v1/namespaces/${space.namespace}/pods`,
    { allowWatchBookmarks: true },
    (type, pod: V1Pod) => type === 'MODIFIED' && pod.status?.phase === 'Running' && seen.resolve(pod),
    (error) => error && seen.reject(error),
  );
  const name = await space.pod({ containers: [{ run: 'echo told; sleep 600' }] });
  expect((await seen.promise).metadata?.name).toBe(name);
  watch.abort();
  const { items } = await core.listNamespacedPod({ namespace: space.namespace });
  expect(items.map((pod) => pod.metadata?.name)).toEqual([name]);

  const container = items[0]?.spec?.containers[0]?.name ?? '';
  const log = new PassThrough();
  await new Log(config).log(space.namespace, name, container, log, { follow: false });
  expect(await textOf(log)).toBe('told\n');

  const output = new PassThrough();
  const status = Promise.withResolvers<V1Status>();
  await new Exec(config).exec(
    space.namespace,
    name,
    container,
    ['sh', '-c', 'echo $((6*7)); exit 3'],
    output,
    null,
    null,
    false,
    status.resolve,
  );
  expect(await status.promise).toMatchObject({ status: 'Failure', reason: 'NonZeroExitCode' });
  output.end();
  expect(await textOf(output)).toBe('42\n');
});
