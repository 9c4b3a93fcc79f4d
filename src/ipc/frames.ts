import { z } from 'zod';

/**
 * What travels between a window and main, whatever carries it. `id` names one call or stream of one window; ids are
 * chosen by the window.
 */
export const ClientFrame = z.discriminatedUnion('t', [
  z.object({ t: z.literal('call'), id: z.number(), contract: z.string(), member: z.string(), input: z.unknown().optional() }),
  z.object({ t: z.literal('open'), id: z.number(), contract: z.string(), member: z.string(), input: z.unknown().optional() }),
  /** A message of the window into its open stream. */
  z.object({ t: z.literal('send'), id: z.number(), message: z.unknown().optional() }),
  /** The window no longer wants the answer of this call or stream. */
  z.object({ t: z.literal('close'), id: z.number() }),
]);
export type ClientFrame = z.infer<typeof ClientFrame>;

/** An error as data. `status` is Kubernetes' own answer where there was one. */
export const WireError = z.object({
  message: z.string(),
  code: z.string().optional(),
  status: z.looseObject({ message: z.string().optional(), reason: z.string().optional(), code: z.number().optional() }).optional(),
});
export type WireError = z.infer<typeof WireError>;

export const HostFrame = z.discriminatedUnion('t', [
  z.object({ t: z.literal('ok'), id: z.number(), value: z.unknown().optional() }),
  z.object({ t: z.literal('error'), id: z.number(), error: WireError }),
  z.object({ t: z.literal('item'), id: z.number(), value: z.unknown().optional() }),
  z.object({ t: z.literal('end'), id: z.number(), error: WireError.optional() }),
  z.object({ t: z.literal('event'), contract: z.string(), event: z.string(), payload: z.unknown().optional() }),
]);
export type HostFrame = z.infer<typeof HostFrame>;

/** One end of a two-way pipe: Electron's IPC, a WebSocket, or a pair in a test. */
interface Port<Out, In> {
  /** The promise resolves when there is room for more; callers with much to say wait for it. */
  post(frame: Out): void | Promise<void>;
  onFrame(listener: (frame: In) => void): void;
  onClose(listener: () => void): void;
}

export type HostPort = Port<HostFrame, unknown>;
/** A window's port may be lost and come back; what was open at the time is gone. */
export interface ClientPort extends Port<ClientFrame, unknown> {
  onOpen(listener: () => void): void;
}
