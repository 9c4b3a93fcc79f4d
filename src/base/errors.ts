/** What `error` says, with the messages of its causes, outermost first: "creating network: connect ENOENT". */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  for (let at: unknown = error; at !== undefined && at !== null; at = at instanceof Error ? at.cause : undefined) {
    const text = at instanceof Error ? at.message : String(at);
    if (text && !parts.includes(text)) parts.push(text);
  }
  return parts.join(': ');
}

/** Adds what was being done to an error and keeps the error as cause. */
export function whileDoing(doing: string, cause: unknown): Error {
  return new Error(doing, { cause });
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
