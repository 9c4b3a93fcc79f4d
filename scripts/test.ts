// npm test: everything, with no input: checks, unit and integration tests, then the app on real nodes. Closes with
// "N passed, N failed". --only checks|unit|e2e runs one stage.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeError } from '../src/base/errors.ts';
import { ensureAppBuilt, ROOT } from './build.ts';
import { ensureNodeImage } from './build-node-image.ts';
import { consoleLog } from './node-image/console-log.ts';
import { ENGINE_PACKAGES, IMAGE_PACKAGES, installDebianPackages, TEST_PACKAGES } from './setup/debian-packages.ts';
import { ensureEngine } from './setup/docker-engine.ts';
import { ensureEtcd } from './setup/etcd.ts';
import { ensureKubectl } from './setup/kubectl.ts';

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

const ARTIFACTS = join(ROOT, 'artifacts');
const none: Count = { passed: 0, failed: 0, skipped: 0 };
const add = (a: Count, b: Count): Count => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped });

/** Runs a program with its output shown; resolves with whether it succeeded. */
function succeeds(command: string, args: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env: process.env });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}

const bin = (name: string) => join(ROOT, 'node_modules', '.bin', name);

async function check(name: string, command: string, args: string[]): Promise<Count> {
  console.log(`\n== ${name}`);
  const passed = await succeeds(bin(command), args);
  if (!passed) console.log(`FAILED: ${name}`);
  return passed ? { ...none, passed: 1 } : { ...none, failed: 1 };
}

const CHECKS: [string, string, string[]][] = [
  ['lint', 'biome', ['check', '--reporter=summary']],
  ['layers', 'node', ['scripts/layers/check.ts']],
  ['unused code and dependencies', 'knip', []],
  ['types: base, machinery, api, ipc', 'tsc', ['-p', 'tsconfig.neutral.json']],
  ['types: Node', 'tsc', ['-p', 'tsconfig.node.json']],
  ['types: renderer', 'tsc', ['-p', 'tsconfig.renderer.json']],
];

async function checks(): Promise<Count> {
  let total = none;
  for (const [name, command, args] of CHECKS) total = add(total, await check(name, command, args));
  return total;
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numFailedTestSuites: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

/** Runs vitest and reads its report: a file that could not even load counts as one failure. */
async function vitest(name: string, config: string): Promise<Count> {
  console.log(`\n== ${name}`);
  const report = join(ARTIFACTS, `${name.replaceAll(' ', '-')}.json`);
  await rm(report, { force: true });
  const passed = await succeeds(bin('vitest'), [
    'run',
    '--config',
    config,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  try {
    const found = JSON.parse(await readFile(report, 'utf8')) as VitestReport;
    const broken = found.testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length;
    const count = { passed: found.numPassedTests, failed: found.numFailedTests + broken, skipped: found.numPendingTests };
    return passed || count.failed > 0 ? count : { ...count, failed: 1 };
  } catch {
    return { ...none, failed: 1 };
  }
}

async function endToEnd(): Promise<Count> {
  process.env.PATH = `${await ensureKubectl()}:${process.env.PATH}`;
  await ensureAppBuilt();
  await ensureNodeImage({ log: consoleLog });
  return vitest('end to end', 'vitest.e2e.config.ts');
}

async function unit(): Promise<Count> {
  await ensureEtcd();
  return vitest('unit and integration', 'vitest.config.ts');
}

const stages = { checks, unit, e2e: endToEnd };

/** Ends the engine this run started: by id, politely. */
function stopEngine(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    console.error(`cannot stop the Docker Engine (${pid}): ${describeError(error)}`);
  }
}

async function main(): Promise<Count> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, yes: { type: 'boolean' } }, allowPositionals: true });
  await mkdir(ARTIFACTS, { recursive: true });
  const packages = [...ENGINE_PACKAGES, ...IMAGE_PACKAGES, ...TEST_PACKAGES];
  const missing = await installDebianPackages(packages, process.argv);
  if (missing.length > 0) throw new Error(`The tests need ${missing.map(({ name }) => name).join(', ')}, which this machine lacks.`);
  const engine = await ensureEngine(ARTIFACTS, process.argv);
  try {
    let total = none;
    for (const [name, stage] of Object.entries(stages)) {
      if (values.only !== undefined && values.only !== name) continue;
      total = add(total, await stage());
    }
    return total;
  } finally {
    stopEngine(engine);
  }
}

try {
  const { passed, failed, skipped } = await main();
  console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
} catch (error) {
  console.error(describeError(error));
  console.log('\n0 passed, 1 failed');
  process.exitCode = 1;
}
