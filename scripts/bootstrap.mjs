// Runs on whatever Node the machine has (20 or newer): installs the npm packages, among them Node 24, and hands over.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.slipway-lock');
const node24 = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

/** npm packages are current when they were installed from today's lock file. */
function installPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(node24) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing npm packages ...');
  // The system's npm on the system's Node: packages that want Node 22 run on the Node 24 installed here, so their
  // engine warnings do not apply.
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // Not `npm ci`: it refuses a lock file that lacks packages of other platforms, which some mirrors do not have.
  const done = spawnSync(npm, ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (done.error || done.status !== 0) {
    console.error(`npm install failed (${done.error?.message ?? `exit ${done.status}`}). Check the network and run the command again.`);
    process.exit(1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

const [major] = process.versions.node.split('.').map(Number);
if (major < 20) {
  console.error(`Slipway needs Node 20 or newer to start; this is Node ${process.versions.node}.`);
  process.exit(1);
}
const [job, ...args] = process.argv.slice(2);
installPackages();

const script = join(root, 'scripts', `${job}.ts`);
process.env.PATH = `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`;
if (major >= 24) {
  // npm's scripts find the installed Node first: no second process is needed.
  process.argv = [process.execPath, script, ...args];
  await import(pathToFileURL(script).href);
} else {
  const child = spawn(node24, [script, ...args], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
