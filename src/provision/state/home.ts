import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the app keeps clusters, logs and settings: SLIPWAY_HOME, else the platform's usual place for app data. */
export function slipwayHome(env: NodeJS.ProcessEnv = process.env): string {
  if (env.SLIPWAY_HOME) return env.SLIPWAY_HOME;
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Slipway');
  if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Slipway');
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'slipway');
}
