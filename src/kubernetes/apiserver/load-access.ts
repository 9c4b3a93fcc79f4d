import { readFile } from 'node:fs/promises';
import { whileDoing } from '../../base/errors.ts';
import { parseAuthenticationConfiguration } from './authentication/structured/configuration.ts';
import { loadAuthorizers } from './authorization/structured/configured-authorizers.ts';
import type { AuthenticationFile, AuthorizationFile } from './config.ts';
import type { Flags } from './flags.ts';

/** `--authentication-config`; undefined where it is not given. */
export async function authenticationFile(flags: Flags, ownIssuers: readonly string[]): Promise<AuthenticationFile | undefined> {
  const file = flags['authentication-config'];
  if (!file) return undefined;
  if (Object.keys(flags).some((name) => name.startsWith('oidc-'))) {
    throw new Error('authentication-config file and oidc-* flags are mutually exclusive');
  }
  try {
    const text = await readFile(file, 'utf8');
    const configuration = parseAuthenticationConfiguration(text, ownIssuers);
    if (configuration.anonymous && flags['anonymous-auth'] !== undefined) {
      throw new Error('--anonymous-auth flag cannot be set when anonymous field is configured in authentication configuration file');
    }
    return { file, text, configuration, ownIssuers };
  } catch (error) {
    throw whileDoing(`reading the authentication configuration ${file}`, error);
  }
}

/** `--authorization-config`; undefined where it is not given. */
export async function authorizationFile(flags: Flags): Promise<AuthorizationFile | undefined> {
  const file = flags['authorization-config'];
  if (!file) return undefined;
  if (flags['authorization-mode'] || Object.keys(flags).some((name) => name.startsWith('authorization-webhook-'))) {
    throw new Error('--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined');
  }
  try {
    const text = await readFile(file, 'utf8');
    return { file, text, authorizers: await loadAuthorizers(text) };
  } catch (error) {
    throw whileDoing(`reading the authorization configuration ${file}`, error);
  }
}
