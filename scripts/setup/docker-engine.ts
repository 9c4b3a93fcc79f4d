import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { confirm } from './ask.ts';
import { works } from './run.ts';

const PID_FILE = '/var/run/docker.pid';
const START_TRIES = 150;

/** A dockerd that was cut off leaves a pid file that may name another process by now. */
function removeStalePidFile(): void {
  if (!existsSync(PID_FILE)) return;
  const pid = readFileSync(PID_FILE, 'utf8').trim();
  const command = existsSync(`/proc/${pid}/comm`) ? readFileSync(`/proc/${pid}/comm`, 'utf8').trim() : '';
  if (command !== 'dockerd') rmSync(PID_FILE, { force: true });
}

export const engineRuns = () => works('docker', 'version', '--format', '{{.Server.Version}}');

export const NO_ENGINE =
  'Slipway needs a running Docker Engine and found none. Install Docker (Docker Engine on Linux, Docker Desktop on macOS or Windows), ' +
  'start it, check that `docker version` shows a server, and run this command again.';

/**
 * Makes a Docker Engine answer. Starts dockerd when this is root and the binary is there; the returned process id
 * is the engine's, undefined when one ran already. Throws one clear sentence otherwise.
 */
export async function ensureEngine(logFolder: string, args: readonly string[]): Promise<number | undefined> {
  if (engineRuns()) return undefined;
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/sbin/dockerd')) throw new Error(NO_ENGINE);
  if (!(await confirm('Start the Docker Engine (dockerd)?', args))) throw new Error(NO_ENGINE);
  removeStalePidFile();
  mkdirSync(logFolder, { recursive: true });
  const logFile = join(logFolder, 'dockerd.log');
  console.log('Starting the Docker Engine ...');
  const log = openSync(logFile, 'a');
  const child = spawn('/usr/sbin/dockerd', [], { stdio: ['ignore', log, log], detached: true });
  let ended = false;
  child.on('exit', () => {
    ended = true;
  });
  child.unref();
  for (let tries = 0; tries < START_TRIES && !ended; tries++) {
    if (engineRuns()) return child.pid;
    await sleep(200);
  }
  const tail = readFileSync(logFile, 'utf8').trim().split('\n').slice(-5).join('\n');
  throw new Error(`The Docker Engine did not start; its log is ${logFile} and ends with:\n${tail}`);
}
