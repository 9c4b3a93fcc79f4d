import { z } from 'zod';
import { call, contract } from './contract.ts';
import { none } from './schemas.ts';

/** About the app itself. */
export const appIpc = contract('app', {
  info: call(none, z.object({ version: z.string(), host: z.enum(['desktop', 'web']) })),
});
