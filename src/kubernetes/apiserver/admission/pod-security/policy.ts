import type { FieldError } from '../../../machinery/field-error.ts';
import { baselineChecks } from './baseline.ts';
import type { Check, Violation } from './check.ts';
import { restrictedChecks } from './restricted.ts';
import type { ObjectMetaLike, PodSpec } from './types.ts';

export const LEVELS = ['privileged', 'baseline', 'restricted'] as const;
export type Level = (typeof LEVELS)[number];

/** A level as of a version of Kubernetes. */
export interface LevelVersion {
  level: Level;
  version: string;
}

export interface Policy {
  enforce: LevelVersion;
  audit: LevelVersion;
  warn: LevelVersion;
}

const PREFIX = 'pod-security.kubernetes.io/';
const VERSION = /^(latest|v1\.(0|[1-9][0-9]*))$/;
type Labels = Readonly<Record<string, string>> | undefined;

/** What a namespace's labels ask for, and the labels that make no sense. A bad level counts as the strictest. */
export function policyOf(labels: Labels): { policy: Policy; faults: FieldError[] } {
  const faults: FieldError[] = [];
  const read = (mode: string, fallback: Level): LevelVersion => ({
    level: levelOf(labels, mode, fallback, faults),
    version: versionOf(labels, mode, faults),
  });
  return {
    policy: { enforce: read('enforce', 'restricted'), audit: read('audit', 'restricted'), warn: read('warn', 'restricted') },
    faults,
  };
}

function levelOf(labels: Labels, mode: string, wrong: Level, faults: FieldError[]): Level {
  const text = labels?.[PREFIX + mode];
  if (text === undefined) return 'privileged';
  const level = LEVELS.find((known) => known === text);
  if (level) return level;
  faults.push(fault(mode, text, `must be one of ${LEVELS.join(', ')}`));
  // Only what stops pods fails closed; warnings and audit of a level that nobody knows stay off.
  return mode === 'enforce' ? wrong : 'privileged';
}

function versionOf(labels: Labels, mode: string, faults: FieldError[]): string {
  const text = labels?.[`${PREFIX}${mode}-version`];
  if (text === undefined || VERSION.test(text)) return text ?? 'latest';
  faults.push(fault(`${mode}-version`, text, 'must be "latest" or "v1.x"'));
  return 'latest';
}

function fault(label: string, value: string, why: string): FieldError {
  return {
    type: 'FieldValueInvalid',
    field: `metadata.labels[${PREFIX}${label}]`,
    message: `Invalid value: ${JSON.stringify(value)}: ${why}`,
  };
}

const overridden = new Set(restrictedChecks.flatMap((check) => check.overrides ?? []));
const CHECKS: Readonly<Record<Level, readonly Check[]>> = {
  privileged: [],
  baseline: baselineChecks,
  restricted: [...baselineChecks.filter((check) => !overridden.has(check.id)), ...restrictedChecks],
};

export function violations({ level }: LevelVersion, metadata: ObjectMetaLike, spec: PodSpec): Violation[] {
  return CHECKS[level].flatMap((check) => check.check(metadata, spec) ?? []);
}

/** `reason (detail), reason (detail)` */
export function describeViolations(found: readonly Violation[]): string {
  return found.map(({ reason, detail }) => (detail ? `${reason} (${detail})` : reason)).join(', ');
}

export const formatLevel = ({ level, version }: LevelVersion) => `${level}:${version}`;
