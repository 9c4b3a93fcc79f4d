import { mkdir } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { BUSYBOX } from '../support/busybox-image.ts';
import { eventually } from '../support/process.ts';

const ARTIFACTS = new URL('../../artifacts/screenshots/', import.meta.url).pathname;
const LONG = 120_000;

/** Flags of Chromium: as root, and without background traffic, because nothing may leave the machine. */
export const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const YAML = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: hello
spec:
  replicas: 2
  selector:
    matchLabels:
      app: hello
  template:
    metadata:
      labels:
        app: hello
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: main
          image: ${BUSYBOX}
          command: [sh, -c, 'while true; do echo "ahoy from $(hostname)"; sleep 1; done']
`;

/** One person at one window, with a camera and a checker of accessibility. */
/** How many animations run that will end. */
const MOVING =
  "document.getAnimations().filter(({ playState, effect }) => playState === 'running' && effect?.getTiming().iterations !== Infinity).length";

export class Journey {
  readonly page: Page;
  readonly #name: string;
  #shots = 0;

  constructor(page: Page, name: string) {
    this.page = page;
    this.#name = name;
    page.setDefaultTimeout(20_000);
  }

  button(name: string | RegExp, within: Page | Locator = this.page): Locator {
    return within.getByRole('button', { name, exact: typeof name === 'string' });
  }

  async picture(what: string): Promise<void> {
    await mkdir(ARTIFACTS, { recursive: true });
    this.#shots += 1;
    await this.page.screenshot({ path: `${ARTIFACTS}${this.#name}-${String(this.#shots).padStart(2, '0')}-${what}.png` });
  }

  /**
   * What fades in or out has too little contrast for as long: so nothing fades from now on, as for people who do not want it,
   * and what still does is waited for.
   */
  async still(): Promise<void> {
    await this.page.emulateMedia({ reducedMotion: 'reduce' });
    await eventually(async () => expect(await this.page.evaluate(MOVING), 'animations that run').toBe(0), 10);
  }

  /** Keeps a picture and demands that axe finds nothing to complain about. */
  async look(what: string): Promise<void> {
    await this.still();
    await this.picture(what);
    // Legacy mode: the other opens a second page, which Electron cannot; there are no frames to miss.
    const { violations } = await new AxeBuilder({ page: this.page }).setLegacyMode(true).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    expect(found, `axe on ${what}`).toEqual([]);
  }

  async createCluster(name: string, workers: number): Promise<void> {
    await this.look('clusters');
    await this.button(/^(Create cluster|Choose name and size)$/)
      .first()
      .click();
    const dialog = this.page.getByRole('dialog', { name: 'Create a cluster' });
    await dialog.getByLabel('Name').fill('Not A Name');
    await dialog.getByText('Lower-case letters, digits and dashes').waitFor();
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('Workers').fill(String(workers));
    await this.look('create-cluster');
    await this.button('Create', dialog).click();
    await this.page.getByRole('dialog', { name: `Creating ${name}` }).waitFor();
    await this.look('creating');
    const ready = this.page.getByRole('dialog', { name: `${name} is ready` });
    await ready.waitFor({ timeout: LONG });
    await this.look('created');
    await this.button('Close', ready).last().click();
  }

  async loadImage(cluster: string): Promise<void> {
    await this.button(`More about ${cluster}`).click();
    await this.page.getByRole('menuitem', { name: 'Load image…' }).click();
    const dialog = this.page.getByRole('dialog', { name: `Load an image into ${cluster}` });
    await dialog.getByLabel('Image or file').fill(BUSYBOX);
    await dialog.getByRole('button', { name: /load/i }).click();
    const operation = this.page.getByRole('dialog', { name: `Loading an image into ${cluster}` });
    await operation.getByText('Took').waitFor({ timeout: LONG });
    await this.button('Close', operation).last().click();
  }

  async openCluster(cluster: string): Promise<void> {
    await this.page.getByRole('link', { name: cluster, exact: true }).first().click();
    await this.page.getByRole('heading', { name: 'Overview' }).waitFor();
    await this.look('overview');
  }

  async goTo(page: string): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: page, exact: true }).click();
    await this.page.getByRole('heading', { name: page, level: 1 }).waitFor();
  }

  /** Types a faulty manifest, reads what the server says of it, mends it and applies. */
  async deployFromYaml(): Promise<void> {
    await this.goTo('Deployments');
    await this.button('Create').click();
    const dialog = this.page.getByRole('dialog', { name: 'Create from YAML' });
    const editor = dialog.getByRole('textbox', { name: 'YAML to create' });
    await editor.fill(YAML.replace('name: hello', 'name: Hello_'));
    await this.button('Apply', dialog).click();
    await dialog
      .getByText(/a lowercase RFC 1123 subdomain/)
      .first()
      .waitFor();
    await this.look('yaml-fault');
    await editor.fill(YAML);
    await this.button('Apply', dialog).click();
    await dialog.waitFor({ state: 'hidden' });
    await this.page.getByRole('row', { name: /hello.*2\/2/ }).waitFor({ timeout: LONG });
    await this.look('deployments');
  }

  async openPod(): Promise<void> {
    await this.goTo('Pods');
    await this.page
      .getByRole('row', { name: /hello-.*Running/ })
      .first()
      .waitFor({ timeout: LONG });
    await this.look('pods');
    await this.page
      .getByRole('row', { name: /hello-/ })
      .first()
      .click();
    await this.page.getByRole('tab', { name: 'Summary' }).waitFor();
    await this.look('pod');
  }

  async readLogs(): Promise<void> {
    await this.button('Logs').first().click();
    const log = this.page.getByRole('toolbar', { name: /^Log of hello-/ });
    await this.page
      .getByText(/ahoy from hello-/)
      .first()
      .waitFor();
    await log.getByLabel('Search log').fill('ahoy');
    await log.getByText(/\d+ of \d+/).waitFor();
    await this.look('logs');
  }

  async typeInTerminal(): Promise<void> {
    await this.button('Terminal').first().click();
    const terminal = this.page.getByRole('region', { name: /^Terminal in hello-/ });
    await terminal.waitFor();
    await terminal.click();
    await this.page.keyboard.type('echo $((6*7))-tested\n');
    await terminal.getByText('42-tested').first().waitFor();
    await this.look('terminal');
  }

  async seeNodes(): Promise<void> {
    await this.goTo('Nodes');
    await this.look('nodes');
    await this.page.keyboard.press('Control+k');
    const palette = this.page.getByPlaceholder('Go to a page or object, or do something');
    await palette.fill('Switch between');
    await this.page.keyboard.press('Enter');
    await palette.waitFor({ state: 'hidden' });
    await this.look('nodes-other-colours');
  }

  async deleteCluster(name: string): Promise<void> {
    if (!(await this.button(`More about ${name}`).isVisible())) {
      await this.page.getByRole('button', { name: /^Switch cluster/ }).click();
      await this.page.getByRole('menuitem', { name: 'All clusters' }).click();
    }
    await this.button(`More about ${name}`).click();
    await this.page.getByRole('menuitem', { name: /^Delete/ }).click();
    const dialog = this.page.getByRole('dialog', { name: `Delete cluster ${name}?` });
    await dialog.getByText('This cannot be undone.').waitFor();
    await this.look('delete-cluster');
    await this.button(`Delete ${name}`, dialog).click();
    const operation = this.page.getByRole('dialog', { name: `Deleting ${name}` });
    await operation.getByText('Took').waitFor({ timeout: LONG });
    await this.button('Close', operation).last().click();
    await this.page.getByRole('listitem', { name, exact: true }).waitFor({ state: 'hidden' });
  }
}
