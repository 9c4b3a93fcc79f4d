import { join } from 'node:path';
import { _electron } from 'playwright-core';
import { expect, test } from 'vitest';
import { succeed } from '../support/process.ts';
import { withScreen } from '../support/screen.ts';
import { leftovers, testHome, uniqueName } from '../support/test-cluster.ts';
import { Journey, QUIET } from './journey.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const APP = join(ROOT, 'dist/linux-unpacked');
const MINUTES = 60_000;

test('the packaged app starts, creates a cluster with the image inside it, and its command line knows the cluster', {
  timeout: 8 * MINUTES,
}, async () => {
  await succeed(process.execPath, [join(ROOT, 'scripts/package.ts'), '--dir']);
  const home = await testHome();
  const cluster = uniqueName('packaged');
  const env = { ...(process.env as Record<string, string>), ...home.env, XDG_CONFIG_HOME: join(home.folder, 'config') };
  try {
    await withScreen(async (display) => {
      const app = await _electron.launch({ executablePath: join(APP, 'slipway'), args: QUIET, env: { ...env, DISPLAY: display } });
      try {
        const journey = new Journey(await app.firstWindow(), 'packaged');
        await journey.createCluster(cluster, 0);
        const command = join(APP, 'resources/cli/slipway');
        expect(await succeed(command, ['cluster', 'list'], { env })).toMatch(new RegExp(`${cluster} +running +1`));
        await journey.deleteCluster(cluster);
      } finally {
        await app.close();
      }
    });
    expect(await leftovers(cluster)).toEqual([]);
  } finally {
    await home.trySlipway('cluster', 'delete', cluster);
    await home.remove();
  }
});
