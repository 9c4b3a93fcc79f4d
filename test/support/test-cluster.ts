import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Finished, finish, succeed } from './process.ts';

export const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const LABEL = 'dev.slipway.cluster';
/** Every cluster a test makes starts so, which is how leftovers of a test run that was cut off are found. */
const PREFIX = 'e2e-';

export interface TestHome {
  folder: string;
  env: { SLIPWAY_HOME: string; KUBECONFIG: string; SLIPWAY_SEALED: string };
  slipway(...args: string[]): Promise<string>;
  trySlipway(...args: string[]): Promise<Finished>;
  remove(): Promise<void>;
}

/** A user of their own: state, kubeconfig, sealed networks. */
export async function testHome(): Promise<TestHome> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-e2e-'));
  const env = { SLIPWAY_HOME: join(folder, 'home'), KUBECONFIG: join(folder, 'kubeconfig'), SLIPWAY_SEALED: '1' };
  return {
    folder,
    env,
    slipway: (...args) => succeed(process.execPath, [CLI, ...args], { env }),
    trySlipway: (...args) => finish(process.execPath, [CLI, ...args], { env }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Ends in the id of the process that runs the tests, so that another run can tell whether anybody still uses the cluster. */
export const uniqueName = (what: string) => `${PREFIX}${what}-${Math.random().toString(36).slice(2, 5)}-${process.ppid}`;

function isLeftover(name: string | undefined): boolean {
  if (!name?.startsWith(PREFIX)) return false;
  const pid = Number(name.split('-').at(-1));
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

/** What Docker Engine has of a cluster: containers, volumes, networks. */
export async function leftovers(cluster: string): Promise<string[]> {
  const filter = ['--filter', `label=${LABEL}=${cluster}`];
  const outputs = await Promise.all([
    succeed('docker', ['ps', '-aq', ...filter]),
    succeed('docker', ['volume', 'ls', '-q', ...filter]),
    succeed('docker', ['network', 'ls', '-q', ...filter]),
  ]);
  return outputs.flatMap((output) => output.split('\n').filter(Boolean));
}

/** Removes clusters of test runs that were cut off. */
export async function removeStaleClusters(): Promise<void> {
  const list = async (...args: string[]) => (await succeed('docker', args)).split('\n').filter(Boolean);
  const byLabel = ['--filter', `label=${LABEL}`, '--format'];
  const ofTests = (line: string) => isLeftover(line.split(' ')[1]);
  const idsOf = (lines: string[]) => lines.filter(ofTests).map((line) => line.split(' ')[0]!);
  const containers = idsOf(await list('ps', '-a', ...byLabel, `{{.ID}} {{.Label "${LABEL}"}}`));
  if (containers.length > 0) await succeed('docker', ['rm', '-fv', ...containers]);
  const volumes = idsOf(await list('volume', 'ls', ...byLabel, `{{.Name}} {{.Label "${LABEL}"}}`));
  if (volumes.length > 0) await succeed('docker', ['volume', 'rm', ...volumes]);
  const networks = idsOf(await list('network', 'ls', ...byLabel, `{{.ID}} {{.Label "${LABEL}"}}`));
  if (networks.length > 0) await succeed('docker', ['network', 'rm', ...networks]);
}
