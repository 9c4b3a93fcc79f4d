import { z } from 'zod';
import { call, contract, stream } from './contract.ts';

const Container = z.object({
  cluster: z.string(),
  namespace: z.string(),
  pod: z.string(),
  container: z.string(),
});

export const LogRequest = Container.extend({
  /** The run before the last restart. */
  previous: z.boolean().optional(),
  tailLines: z.number().int().min(0).optional(),
  /** RFC 3339; only lines from then on. */
  sinceTime: z.string().optional(),
});
export type LogRequest = z.infer<typeof LogRequest>;

/** Container logs. Every line begins with its RFC 3339 time and a space. */
export const logsIpc = contract('logs', {
  /** Batches of whole lines until the container ends. */
  follow: stream(LogRequest, z.object({ lines: z.string().array() })),
  /** The whole log there is. */
  read: call(LogRequest, z.string()),
});

export const TerminalOutput = z.discriminatedUnion('type', [
  z.object({ type: z.literal('output'), text: z.string() }),
  /** The command ended; `code` is absent where it is not known. */
  z.object({ type: z.literal('exit'), code: z.number().optional(), message: z.string().optional() }),
]);
export type TerminalOutput = z.infer<typeof TerminalOutput>;

export const TerminalInput = z.discriminatedUnion('type', [
  z.object({ type: z.literal('input'), text: z.string() }),
  z.object({ type: z.literal('resize'), columns: z.number().int().min(1), rows: z.number().int().min(1) }),
]);
export type TerminalInput = z.infer<typeof TerminalInput>;

/** A terminal in a container. */
export const execIpc = contract('exec', {
  open: stream(
    Container.extend({ command: z.string().array().min(1), columns: z.number().int().min(1), rows: z.number().int().min(1) }),
    TerminalOutput,
    TerminalInput,
  ),
});
