import type { Clock } from '../../../base/clock.ts';
import { formatTime } from '../../machinery/meta.ts';
import type { RequestHandler } from '../extensions.ts';
import { VERSION } from '../health/version.ts';
import { zpageHandler } from './zpage.ts';

/** Not for debugging: the API, and what describes it. */
const API_PATHS = new Set(['/apis', '/api', '/openid', '/openapi', '/.well-known']);
const BINARY_VERSION = VERSION.gitVersion.replace(/^v/, '');
const EMULATION_VERSION = `${VERSION.emulationMajor}.${VERSION.emulationMinor}`;

/** `/statusz`: what runs here, since when, and where else to look. */
export function statuszHandler(clock: Clock, startedAt: number, paths: () => readonly string[]): RequestHandler {
  const upSeconds = () => Math.max(0, Math.floor((clock.now() - startedAt) / 1000));
  return zpageHandler({
    path: '/statusz',
    kind: 'Statusz',

    text() {
      const lines = [
        `Started: ${new Date(startedAt).toUTCString()}`,
        `Up: ${upText(upSeconds())}`,
        `Go version: ${VERSION.goVersion}`,
        `Binary version: ${BINARY_VERSION}`,
        `Emulation version: ${EMULATION_VERSION}`,
        `Paths: ${debugPaths(paths()).join(' ')}`,
      ];
      return `\n${lines.join('\n')}\n`;
    },

    fields: () => ({
      startTime: formatTime(startedAt),
      uptimeSeconds: upSeconds(),
      goVersion: VERSION.goVersion,
      binaryVersion: BINARY_VERSION,
      emulationVersion: EMULATION_VERSION,
      paths: debugPaths(paths()),
    }),
  });
}

function upText(seconds: number): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${Math.floor(seconds / 3600)} hr ${two(Math.floor(seconds / 60) % 60)} min ${two(seconds % 60)} sec`;
}

/** The first part of every path, once. */
function debugPaths(paths: readonly string[]): string[] {
  const first = paths.map((path) => `/${path.split('/')[1] ?? ''}`);
  return [...new Set(first)].filter((path) => path !== '/' && !API_PATHS.has(path)).sort();
}
