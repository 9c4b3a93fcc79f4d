import { goQuote } from '../../../validation/go-text.ts';
import { defineFunction, type Library, method, overload } from '../../types/declarations.ts';
import { boolType, intType, stringType, structType } from '../../types/type.ts';
import { CelError } from '../../values/errors.ts';
import { MAX_UINT, type Whole, whole } from '../../values/number.ts';
import { compareText } from '../../values/text.ts';
import { CelObject, type CelValue } from '../../values/value.ts';
import { succeeds } from './ip.ts';

export const semverType = structType('kubernetes.Semver');

interface Version {
  readonly major: Whole;
  readonly minor: Whole;
  readonly patch: Whole;
  readonly pre: readonly string[];
  readonly build: readonly string[];
}

class SemverValue extends CelObject {
  override readonly type = semverType;
  readonly version: Version;

  constructor(version: Version) {
    super();
    this.version = version;
  }

  override equals(other: CelValue): boolean {
    return other instanceof SemverValue && compare(this, other) === 0;
  }
}

function number(text: string, name: string): Whole {
  if (!/^\d+$/.test(text)) throw new CelError(`Invalid character(s) found in ${name} number ${goQuote(text)}`);
  if (text.length > 1 && text.startsWith('0'))
    throw new CelError(`${name[0]!.toUpperCase()}${name.slice(1)} number must not contain leading zeroes ${goQuote(text)}`);
  const value = BigInt(text);
  if (value > MAX_UINT) throw new CelError(`strconv.ParseUint: parsing ${goQuote(text)}: value out of range`);
  return whole(value);
}

function parse(text: string): SemverValue {
  if (text === '') throw new CelError('Version string empty');
  const [major, minor, ...rest] = text.split('.');
  if (major === undefined || minor === undefined || rest.length === 0) throw new CelError('No Major.Minor.Patch elements found');
  const [, patch = '', pre, build] = /^([^-+]*)(?:-([^+]*))?(?:\+(.*))?$/s.exec(rest.join('.')) ?? [];
  return new SemverValue({
    major: number(major, 'major'),
    minor: number(minor, 'minor'),
    patch: number(patch, 'patch'),
    pre: pre === undefined ? [] : pre.split('.').map(preRelease),
    build: build === undefined ? [] : build.split('.').map(metadata),
  });
}

function preRelease(part: string): string {
  if (part === '') throw new CelError('Prerelease is empty');
  if (/^\d+$/.test(part) && part.length > 1 && part.startsWith('0'))
    throw new CelError(`Numeric PreRelease version must not contain leading zeroes ${goQuote(part)}`);
  if (!/^[0-9A-Za-z-]+$/.test(part)) throw new CelError(`Invalid character(s) found in prerelease ${goQuote(part)}`);
  return part;
}

function metadata(part: string): string {
  if (part === '') throw new CelError('Build meta data is empty');
  if (!/^[0-9A-Za-z-]+$/.test(part)) throw new CelError(`Invalid character(s) found in build meta data ${goQuote(part)}`);
  return part;
}

/** Takes `v1`, `1.2` and `01.2.3` for `1.0.0`, `1.2.0` and `1.2.3`. */
function normalized(text: string): string {
  const [major = '', minor, ...rest] = text.replace(/^v/, '').split('.');
  const parts = [major, ...(minor === undefined ? [] : [minor]), ...(rest.length ? [rest.join('.')] : [])].map(withoutZeros);
  if (parts.length < 3 && /[-+]/.test(parts.at(-1)!)) throw new CelError('short version cannot contain PreRelease/Build meta data');
  while (parts.length < 3) parts.push('0');
  return parts.join('.');
}

function withoutZeros(part: string): string {
  if (part.length < 2) return part;
  const stripped = part.replace(/^0+/, '');
  return /^\d/.test(stripped) ? stripped : `0${stripped}`;
}

export const toSemver = (text: string, normalize = false): SemverValue => parse(normalize ? normalized(text) : text);
const isSemver = (text: string, normalize = false): boolean => succeeds(() => toSemver(text, normalize));

function compare({ version: a }: SemverValue, { version: b }: SemverValue): number {
  for (const key of ['major', 'minor', 'patch'] as const) if (a[key] !== b[key]) return a[key] > b[key] ? 1 : -1;
  if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(b.pre.length - a.pre.length);
  for (let i = 0; i < Math.min(a.pre.length, b.pre.length); i++) {
    const order = comparePart(a.pre[i]!, b.pre[i]!);
    if (order !== 0) return order;
  }
  return Math.sign(a.pre.length - b.pre.length);
}

/** Numbers come before words. */
function comparePart(a: string, b: string): number {
  const [x, y] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (x !== y) return x ? -1 : 1;
  if (x) return BigInt(a) === BigInt(b) ? 0 : BigInt(a) > BigInt(b) ? 1 : -1;
  return Math.sign(compareText(a, b));
}

const V = semverType;

/** `semver`, `isSemver` and comparing versions. */
export const semverLibrary: Library = {
  name: 'kubernetes.Semver',
  functions: [
    defineFunction(
      'semver',
      overload('string_to_semver', [stringType], V, toSemver),
      overload('string_bool_to_semver', [stringType, boolType], V, toSemver),
    ),
    defineFunction(
      'isSemver',
      overload('is_semver_string', [stringType], boolType, isSemver),
      overload('is_semver_string_bool', [stringType, boolType], boolType, isSemver),
    ),
    defineFunction(
      'isGreaterThan',
      method('semver_is_greater_than', [V, V], boolType, (a: SemverValue, b: SemverValue) => compare(a, b) > 0),
    ),
    defineFunction(
      'isLessThan',
      method('semver_is_less_than', [V, V], boolType, (a: SemverValue, b: SemverValue) => compare(a, b) < 0),
    ),
    defineFunction('compareTo', method('semver_compare_to', [V, V], intType, compare)),
    defineFunction(
      'major',
      method('semver_major', [V], intType, ({ version }: SemverValue) => version.major),
    ),
    defineFunction(
      'minor',
      method('semver_minor', [V], intType, ({ version }: SemverValue) => version.minor),
    ),
    defineFunction(
      'patch',
      method('semver_patch', [V], intType, ({ version }: SemverValue) => version.patch),
    ),
  ],
};
