import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';

/** Where Docker Engine, rootless Docker and Docker Desktop put their sockets. */
function socketCandidates(env: NodeJS.ProcessEnv): string[] {
  const ofUser = [join(homedir(), '.docker', 'run', 'docker.sock'), join(homedir(), '.docker', 'desktop', 'docker.sock')];
  const rootless = env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, 'docker.sock')] : [];
  return ['/var/run/docker.sock', ...rootless, ...ofUser];
}

/** A client of the engine DOCKER_HOST names, else of the first whose socket is there. */
export function connectEngine(env: NodeJS.ProcessEnv = process.env): Docker {
  if (env.DOCKER_HOST || process.platform === 'win32') return new Docker();
  const socketPath = socketCandidates(env).find((path) => existsSync(path));
  return new Docker(socketPath ? { socketPath } : {});
}
