/** What one try of a probe found. `error`: it could not be tried; that counts neither way for upstream's thresholds but failure. */
export interface ProbeOutcome {
  result: 'success' | 'failure' | 'error';
  output: string;
  /** Succeeded, but the user should know something. */
  warning?: boolean;
  /** Nobody listens on the port, which of a container that has just started means: not yet. */
  refused?: boolean;
}

export const success = (output = ''): ProbeOutcome => ({ result: 'success', output });
export const failure = (output: string): ProbeOutcome => ({ result: 'failure', output });
