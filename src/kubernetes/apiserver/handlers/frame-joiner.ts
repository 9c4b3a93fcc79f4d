interface Joined {
  readonly frames: readonly Buffer[];
  readonly bytes: Buffer;
}

/** Joins frames into one buffer, once for all streams that send the same frames. */
export class FrameJoiner {
  readonly #joined = new Map<Buffer, Joined>();

  join(frames: readonly Buffer[]): Buffer {
    const [first] = frames as [Buffer];
    if (frames.length === 1) return first;
    const known = this.#joined.get(first);
    if (known && sameFrames(known.frames, frames)) return known.bytes;
    const bytes = Buffer.concat(frames);
    this.#joined.set(first, { frames, bytes });
    return bytes;
  }

  /** Forgets what was joined. */
  clear(): void {
    this.#joined.clear();
  }
}

function sameFrames(some: readonly Buffer[], others: readonly Buffer[]): boolean {
  return some.length === others.length && some.every((frame, i) => frame === others[i]);
}
