import type { RequestHandler } from '../extensions.ts';
import { sendJson } from '../http/response.ts';

/** The Kubernetes whose API this is. */
export const VERSION = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.2',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: `node ${process.version}`,
  compiler: 'v8',
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
} as const;

export const versionHandler: RequestHandler = {
  paths: () => ['/version'],
  accepts: ({ info, method }) => method === 'GET' && (info.path === '/version' || info.path === '/version/'),
  handle: (request, response) => sendJson(request, response, 200, VERSION),
};
