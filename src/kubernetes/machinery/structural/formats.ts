import { nanosOfWords } from '../duration-words.ts';
import { parseCidr, parseIp } from '../validation/ip-address.ts';

/** The string formats that schemas may ask for, by their names without hyphens. Any other format is not checked. */

type FormatCheck = (text: string) => boolean;

const matches =
  (expression: RegExp): FormatCheck =>
  (text) =>
    expression.test(text);

const HEX = '[0-9a-f]';
const uuid = (version: string, variant: string) => matches(new RegExp(`^${HEX}{8}-?${HEX}{4}-?${version}-?${variant}-?${HEX}{12}$`, 'i'));
const ANY_GROUP = `${HEX}{4}`;

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const BYTE = '(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])';
const HOST_CHARACTER = '[a-zA-Z0-9\\p{S}\\p{L}]';
const HOST_INNER = '[a-zA-Z0-9\\-\\p{S}\\p{L}]';
const HOST_NAME = new RegExp(
  `^(${HOST_CHARACTER}((-?${HOST_CHARACTER}{0,62})?)|(${HOST_CHARACTER}((${HOST_INNER}{0,61}${HOST_CHARACTER})?)(\\.)){1,}(${HOST_CHARACTER})(-?${HOST_CHARACTER}){1,62})$`,
  'u',
);
const CREDIT_CARD =
  /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$/;
const TIME = /^(\d{2}):(\d{2}):(\d{2})(.\d+)?(z|[+-]\d{2}:\d{2})$/;

export const FORMATS: Readonly<Record<string, FormatCheck>> = {
  bsonobjectid: matches(/^[0-9a-fA-F]{24}$/),
  uri: isUri,
  email: matches(/^(?:[^<>@]*<)?[^\s<>@"(),:;\\[\]]+@[^\s<>@"(),:;\\]+>?$/),
  hostname: isHostName,
  ipv4: (text) => text.includes('.') && parseIp(text) !== undefined,
  ipv6: (text) => text.includes(':') && parseIp(text) !== undefined,
  cidr: (text) => parseCidr(text) !== undefined,
  mac: isMac,
  uuid: uuid(ANY_GROUP, ANY_GROUP),
  uuid3: uuid(`3${HEX}{3}`, ANY_GROUP),
  uuid4: uuid(`4${HEX}{3}`, `[89ab]${HEX}{3}`),
  uuid5: uuid(`5${HEX}{3}`, `[89ab]${HEX}{3}`),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: (text) => text.length === 11 && /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text),
  hexcolor: matches(/^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: matches(new RegExp(`^rgb\\(\\s*${BYTE}\\s*,\\s*${BYTE}\\s*,\\s*${BYTE}\\s*\\)$`)),
  byte: matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/),
  password: () => true,
  date: isDate,
  duration: isDuration,
  datetime: isDateTime,
  k8sshortname: (text) => text.length <= 63 && new RegExp(`^${LABEL}$`).test(text),
  k8slongname: (text) => text.length <= 253 && new RegExp(`^${LABEL}(\\.${LABEL})*$`).test(text),
};

const NUMBER_FORMATS: Readonly<Record<string, readonly string[]>> = { integer: ['int32', 'int64'], number: ['float', 'double'] };

/** Whether a format means something for a type; where it does not, it is ignored and its author is warned. */
export function isKnownFormat(format: string, type: string | undefined): boolean {
  if (!type || type === 'string') return Object.hasOwn(FORMATS, plainName(format));
  return NUMBER_FORMATS[type]?.includes(format) ?? false;
}

/** The check of a string format; undefined for one that is not checked. */
export function formatCheck(format: string): FormatCheck | undefined {
  const name = plainName(format);
  return Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
}

const plainName = (format: string): string => format.replaceAll('-', '');

/** An absolute URI or an absolute path, as a request may name it. */
function isUri(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (text === '' || /[\u0000-\u001f\u007f]/.test(text) || /%(?![0-9a-fA-F]{2})/.test(text)) return false;
  const [, scheme, rest = ''] = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s.exec(text) ?? [undefined, undefined, text];
  if (!rest.startsWith('/')) return scheme !== undefined;
  const authority = /^\/\/([^/?]*)/.exec(rest)?.[1];
  return scheme === undefined || authority === undefined || isAuthority(authority);
}

function isAuthority(authority: string): boolean {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return /^(\[[^\]\s]*\]|[^\s<>"{}|\\^`[\]:]*)(:\d*)?$/.test(host);
}

function isHostName(text: string): boolean {
  return HOST_NAME.test(text) && text.length <= 255 && text.split('.').every((label) => label.length <= 63);
}

function isMac(text: string): boolean {
  const groups = text.split(/[:-]/);
  const oneSeparator = !(text.includes(':') && text.includes('-'));
  if (oneSeparator && [6, 8, 20].includes(groups.length)) return groups.every((group) => /^[0-9a-fA-F]{2}$/.test(group));
  const words = text.split('.');
  return [3, 4, 10].includes(words.length) && words.every((word) => /^[0-9a-fA-F]{4}$/.test(word));
}

const withoutSpace = (text: string): string => text.replace(/[\s-]+/g, '');

function isIsbn10(text: string): boolean {
  const digits = withoutSpace(text);
  if (!/^(?:[0-9]{9}X|[0-9]{10})$/.test(digits)) return false;
  return [...digits].reduce((sum, digit, at) => sum + (10 - at) * (digit === 'X' ? 10 : Number(digit)), 0) % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = withoutSpace(text);
  return /^[0-9]{13}$/.test(digits) && [...digits].reduce((sum, digit, at) => sum + (at % 2 === 0 ? 1 : 3) * Number(digit), 0) % 10 === 0;
}

function isCreditCard(text: string): boolean {
  const digits = text.replace(/[^0-9]+/g, '');
  if (!CREDIT_CARD.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (!year || !month || !day) return false;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function isDateTime(text: string): boolean {
  const [date = '', time = ''] = text.toLowerCase().split('t');
  const [, hour = '', minute = '', second = ''] = TIME.exec(time) ?? [];
  return hour !== '' && isDate(date) && hour <= '23' && minute <= '59' && second <= '59';
}

/** Go's notation (`1h2.5m`), or words (`3 days`). */
function isDuration(text: string): boolean {
  return /^[-+]?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/.test(text) || nanosOfWords(text) !== undefined;
}
