/** What is wrong with the answer of a conversion webhook: none came, none that can be read, too few objects, a wrong object. */
export type ConversionFailure = 'call' | 'malformed_response' | 'partial_response' | 'invalid_converted_object';

export interface ConversionOutcome {
  readonly definition: string;
  readonly from: string;
  readonly to: string;
  readonly failure?: ConversionFailure | undefined;
}

/** Who counts what conversion webhooks do. */
export interface ConversionObserver {
  converted(outcome: ConversionOutcome, ms: number): void;
}
