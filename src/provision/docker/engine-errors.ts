import { whileDoing } from '../../base/errors.ts';
import type { EngineStatus } from '../../ipc/cluster.ts';

/** dockerode's errors: the Engine's status code and its words. */
interface DockerError extends Error {
  statusCode?: number;
  code?: string;
  json?: { message?: string };
}

const START_DOCKER =
  process.platform === 'linux'
    ? 'Start it (for example `sudo systemctl start docker`) and try again.'
    : 'Start Docker Desktop and try again.';

const unreachable: Record<string, { problem: string; remedy: string }> = {
  ENOENT: { problem: 'Docker Engine is not installed or not running.', remedy: `Install Docker if it is missing. ${START_DOCKER}` },
  ECONNREFUSED: { problem: 'Docker Engine is not running.', remedy: START_DOCKER },
  ECONNRESET: { problem: 'Docker Engine stopped while it was working.', remedy: START_DOCKER },
  EPIPE: { problem: 'Docker Engine stopped while it was working.', remedy: START_DOCKER },
  EACCES: {
    problem: 'This user may not talk to Docker Engine.',
    remedy: 'Add yourself to the docker group (`sudo usermod -aG docker $USER`) and log in again.',
  },
};

export const isMissing = (error: unknown) => (error as DockerError).statusCode === 404;
export const isAlreadyDone = (error: unknown) => (error as DockerError).statusCode === 304;

export function engineProblem(error: unknown): EngineStatus {
  const { code, message } = error as DockerError;
  return { available: false, ...(unreachable[code ?? ''] ?? { problem: `Docker Engine answered: ${message}`, remedy: START_DOCKER }) };
}

/** The Engine's fault in one sentence a user can act on; the original stays as cause. */
export function explain(doing: string, error: unknown): Error {
  const { code, json, message } = error as DockerError;
  const known = unreachable[code ?? ''];
  if (known) return whileDoing(`${doing}: ${known.problem} ${known.remedy}`, undefined);
  const words = json?.message ?? message ?? String(error);
  if (/no space left on device/i.test(words)) {
    return new Error(
      `${doing}: the disk of Docker Engine is full. Free some space (\`docker system df\` shows what uses it) and try again.`,
    );
  }
  const port = /(?:Bind for|listen tcp\d?) [\d.]+:(\d+)(?: failed: port is already allocated|: bind: address already in use)/.exec(
    words,
  )?.[1];
  if (port) return new Error(`${doing}: port ${port} on 127.0.0.1 is already in use by another program. Choose another port.`);
  return new Error(`${doing}: ${words}`, { cause: error });
}
