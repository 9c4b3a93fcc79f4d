import { join } from 'node:path';
import { _electron, chromium, type Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { electronFolder } from '../../scripts/setup/desktop.ts';
import { startWebHost } from '../../src/main/web-host.ts';
import { localClusterService } from '../../src/provision/local-service.ts';
import { withScreen } from '../support/screen.ts';
import { leftovers, type TestHome, testHome, uniqueName } from '../support/test-cluster.ts';
import { Journey, QUIET } from './journey.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const MINUTES = 60_000;
let home: TestHome;
beforeEach(async () => {
  home = await testHome();
});
afterEach(() => home.remove());

/** The app in Chromium, served by the headless host. */
async function inBrowser(visit: (page: Page) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const host = await startWebHost({ clusters: await localClusterService({ ...process.env, ...home.env }), signal: stop.signal });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: QUIET });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(host.url);
    await visit(page);
  } finally {
    await browser.close();
    stop.abort();
    await host.closed;
  }
}

/** The app in Electron, from what was built into out/. */
async function inElectron(visit: (page: Page) => Promise<void>): Promise<void> {
  const { folder } = await electronFolder(ROOT);
  await withScreen(async (display) => {
    const app = await _electron.launch({
      executablePath: join(folder, 'electron'),
      args: [...QUIET, ROOT],
      env: { ...(process.env as Record<string, string>), ...home.env, DISPLAY: display, XDG_CONFIG_HOME: join(home.folder, 'config') },
    });
    try {
      await visit(await app.firstWindow());
    } finally {
      await app.close();
    }
  });
}

async function travel(journey: Journey, cluster: string, workers: number): Promise<void> {
  await journey.createCluster(cluster, workers);
  await journey.loadImage(cluster);
  await journey.openCluster(cluster);
  await journey.deployFromYaml();
  await journey.openPod();
  await journey.readLogs();
  await journey.typeInTerminal();
  await journey.seeNodes();
  await journey.deleteCluster(cluster);
}

test.each([
  { host: 'browser', open: inBrowser, workers: 2 },
  { host: 'electron', open: inElectron, workers: 0 },
])('in the $host: create, deploy from YAML, logs, terminal, delete', { timeout: 6 * MINUTES }, async ({ host, open, workers }) => {
  const cluster = uniqueName(host);
  try {
    await open(async (page) => {
      const journey = new Journey(page, host);
      try {
        await travel(journey, cluster, workers);
      } catch (error) {
        await journey.picture('failed');
        throw error;
      }
    });
    expect(await leftovers(cluster)).toEqual([]);
  } finally {
    await home.trySlipway('cluster', 'delete', cluster);
  }
});
