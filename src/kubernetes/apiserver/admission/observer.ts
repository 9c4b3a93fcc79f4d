import type { AdmissionOperation } from './admission.ts';

/** Which half of admission: the one that changes objects, or the one that only checks them. */
export type AdmissionStep = 'admit' | 'validate';

/** One webhook asked about one request. */
export interface WebhookCall {
  readonly name: string;
  readonly type: 'admit' | 'validating';
  readonly operation: AdmissionOperation;
}

/** A webhook or policy whose match conditions are evaluated. */
export interface ConditionsCheck {
  readonly name: string;
  readonly kind: 'webhook' | 'policy';
  readonly type: 'admit' | 'validating' | 'validate';
  readonly operation: AdmissionOperation;
}

/** How match conditions turned out: how many could not be evaluated, and whether one was false. */
export interface ConditionsResult {
  readonly errors: number;
  readonly excluded: boolean;
}

/** What became of one expression of a validating policy. */
export interface PolicyDecision {
  readonly policy: string;
  readonly binding: string;
  readonly error: PolicyError;
  readonly action: 'allow' | 'deny' | 'audit' | 'warn';
}

/** What was wrong with an expression itself. */
export type PolicyError = 'no_error' | 'invalid_error' | 'out_of_budget';

/** Who counts what happens in admission. Durations are in milliseconds. */
export interface AdmissionObserver {
  /** One half, of all plugins. */
  stepped(step: AdmissionStep, operation: AdmissionOperation, rejected: boolean, ms: number): void;
  plugged(name: string, step: AdmissionStep, operation: AdmissionOperation, rejected: boolean, ms: number): void;
  /** `code` is what the webhook's answer comes to: 200, that of its refusal, or that of the failure; 0 for our own mistakes. */
  called(call: WebhookCall, code: number, rejected: boolean, ms: number): void;
  refused(call: WebhookCall, error: 'calling_webhook_error' | 'apiserver_internal_error' | 'no_error', code: number): void;
  /** A webhook failed, which its policy says to ignore. */
  failedOpen(call: WebhookCall): void;
  decided(decision: PolicyDecision, ms: number): void;
  checked(check: ConditionsCheck, result: ConditionsResult, ms: number): void;
}
