import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { FieldError } from '../../../machinery/field-error.ts';
import { duplicate, invalidValue, notSupported, required, tooMany } from '../../../machinery/validation/faults.ts';
import { isDns1123Subdomain } from '../../../machinery/validation/names.ts';
import { expressionFaults } from '../../authentication/structured/rule-expressions.ts';
import type { AuthorizerSpec, WebhookSpec } from './configuration.ts';
import { compileMatchCondition } from './match-conditions.ts';

const TYPES = ['AlwaysAllow', 'AlwaysDeny', 'Node', 'RBAC', 'Webhook'];
const MOST_SECONDS = 30;
const MOST_CONDITIONS = 64;

/** Everything that is wrong with a chain of authorizers. */
export async function authorizerFaults(authorizers: readonly AuthorizerSpec[]): Promise<FieldError[]> {
  const faults: FieldError[] = [];
  if (authorizers.length === 0) faults.push(required('authorizers', 'at least one authorization mode must be defined'));
  const types = new Set<string>();
  const names = new Set<string>();
  for (const [index, { type, name, webhook }] of authorizers.entries()) {
    const path = `authorizers[${index}]`;
    const wrong = typeFault(type, `${path}.type`, types);
    if (wrong) {
      faults.push(wrong);
      continue;
    }
    types.add(type);
    faults.push(...nameFaults(name, `${path}.name`, names));
    names.add(name);
    if (type !== 'Webhook') {
      if (webhook) faults.push(invalidValue(`${path}.webhook`, 'non-null', 'may only be specified when type=Webhook'));
    } else if (webhook)
      faults.push(...webhookFaults(webhook, path), ...(await connectionFaults(webhook, path)), ...conditionFaults(webhook, path));
    else faults.push(required(`${path}.webhook`, 'required when type=Webhook'));
  }
  return faults;
}

function typeFault(type: string, path: string, seen: ReadonlySet<string>): FieldError | undefined {
  if (type === '') return required(path);
  if (!TYPES.includes(type)) return notSupported(path, type, TYPES);
  return type !== 'Webhook' && seen.has(type) ? duplicate(path, type) : undefined;
}

function* nameFaults(name: string, path: string, seen: ReadonlySet<string>): Iterable<FieldError> {
  const complaints = isDns1123Subdomain(name);
  if (name === '') yield required(path);
  else if (seen.has(name)) yield duplicate(path, name);
  else if (complaints.length > 0) yield invalidValue(path, name, `authorizer name is invalid: ${complaints.join(', ')}`);
}

function* webhookFaults(spec: WebhookSpec, path: string): Iterable<FieldError> {
  const { timeout, authorizedTTL, unauthorizedTTL, subjectAccessReviewVersion, failurePolicy } = spec;
  if (timeout === 0) yield required(`${path}.timeout`);
  else if (timeout > MOST_SECONDS || timeout < 0) yield invalidValue(`${path}.timeout`, goDuration(timeout), 'must be > 0s and <= 30s');
  yield* ttlFaults(authorizedTTL, `${path}.authorizedTTL`);
  yield* ttlFaults(unauthorizedTTL, `${path}.unauthorizedTTL`);
  yield* oneOf(subjectAccessReviewVersion, `${path}.subjectAccessReviewVersion`, ['v1', 'v1beta1']);
  const conditionVersion = spec.matchConditionSubjectAccessReviewVersion;
  const versionPath = `${path}.matchConditionSubjectAccessReviewVersion`;
  if (conditionVersion !== '') yield* oneOf(conditionVersion, versionPath, ['v1']);
  else if (spec.matchConditions.length > 0) yield required(versionPath, 'required if match conditions are specified');
  yield* oneOf(failurePolicy, `${path}.failurePolicy`, ['NoOpinion', 'Deny']);
}

function* ttlFaults(seconds: number, path: string): Iterable<FieldError> {
  if (seconds === 0) yield required(path);
  else if (seconds < 0) yield invalidValue(path, goDuration(seconds), 'must be > 0s');
}

function* oneOf(value: string, path: string, known: readonly string[]): Iterable<FieldError> {
  if (value === '') yield required(path);
  else if (!known.includes(value)) yield notSupported(path, value, known);
}

async function connectionFaults({ connectionInfo }: WebhookSpec, path: string): Promise<FieldError[]> {
  const { type, kubeConfigFile } = connectionInfo;
  const filePath = `${path}.connectionInfo.kubeConfigFile`;
  if (type === 'InClusterConfig') {
    return typeof kubeConfigFile === 'string' ? [invalidValue(filePath, kubeConfigFile, 'can only be set when type=KubeConfigFile')] : [];
  }
  if (type !== 'KubeConfigFile') return [...oneOf(type, `${path}.connectionInfo.type`, ['InClusterConfig', 'KubeConfigFile'])];
  if (!kubeConfigFile) return [required(filePath)];
  if (!isAbsolute(kubeConfigFile)) return [invalidValue(filePath, kubeConfigFile, 'must be an absolute path')];
  try {
    return (await stat(kubeConfigFile)).isFile() ? [] : [invalidValue(filePath, kubeConfigFile, 'must be a regular file')];
  } catch {
    return [invalidValue(filePath, kubeConfigFile, `error loading file: stat ${kubeConfigFile}: no such file or directory`)];
  }
}

function* conditionFaults({ matchConditions }: WebhookSpec, path: string): Iterable<FieldError> {
  if (matchConditions.length > MOST_CONDITIONS) {
    yield tooMany(`${path}.matchConditions`, matchConditions.length, MOST_CONDITIONS);
    return;
  }
  const seen = new Set<string>();
  for (const [index, { expression }] of matchConditions.entries()) {
    const at = `${path}.matchConditions[${index}].expression`;
    if (expression.trim() === '') yield required(at);
    else if (seen.has(expression)) yield duplicate(at, expression);
    else yield* expressionFaults(compileMatchCondition(expression), expression, at);
    seen.add(expression);
  }
}

/** `1m0s`, as Go writes durations. */
function goDuration(seconds: number): string {
  const sign = seconds < 0 ? '-' : '';
  const whole = Math.abs(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (hours > 0) return `${sign}${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${sign}${minutes}m${rest}s` : `${sign}${rest}s`;
}
