/** Checks of names, labels and the like. Each returns its complaints in upstream's words, none when all is well. */

/** How a complaint about a format reads: what is demanded, examples, and the expression. */
function formatComplaint(demand: string, expression: string, ...examples: readonly string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return examples.length
    ? `${demand} (e.g. ${shown}regex used for validation is '${expression}')`
    : `${demand} (regex used for validation is '${expression}')`;
}

const exactly = (expression: string) => new RegExp(`^(?:${expression})$`);

const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const QUALIFIED_RE = exactly(QUALIFIED);
const QUALIFIED_DEMAND = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const QUALIFIED_TEXT = formatComplaint(QUALIFIED_DEMAND, QUALIFIED, 'MyName', 'my.name', '123-abc');

const LABEL_VALUE = `(${QUALIFIED})?`;
const LABEL_VALUE_RE = exactly(LABEL_VALUE);
const LABEL_VALUE_TEXT = formatComplaint(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  LABEL_VALUE,
  'MyValue',
  'my_value',
  '12345',
);

const DNS1123_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS1123_LABEL_RE = exactly(DNS1123_LABEL);
const DNS1123_LABEL_TEXT = formatComplaint(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  DNS1123_LABEL,
  'my-name',
  '123-abc',
);

const SUBDOMAIN = `${DNS1123_LABEL}(\\.${DNS1123_LABEL})*`;
const SUBDOMAIN_RE = exactly(SUBDOMAIN);
const SUBDOMAIN_TEXT = formatComplaint(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  SUBDOMAIN,
  'example.com',
);

const DNS1035_LABEL = '[a-z]([-a-z0-9]*[a-z0-9])?';
const DNS1035_LABEL_RE = exactly(DNS1035_LABEL);
const DNS1035_LABEL_TEXT = formatComplaint(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  DNS1035_LABEL,
  'my-name',
  'abc-123',
);

const WILDCARD = `\\*\\.${SUBDOMAIN}`;
const WILDCARD_RE = exactly(WILDCARD);
const WILDCARD_TEXT = formatComplaint(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  WILDCARD,
  '*.example.com',
);

const CONFIG_KEY = '[-._a-zA-Z0-9]+';
const CONFIG_KEY_RE = exactly(CONFIG_KEY);
const CONFIG_KEY_TEXT = formatComplaint(
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  CONFIG_KEY,
  'key.name',
  'KEY_NAME',
  'key-name',
);

const HEADER_NAME = '[-A-Za-z0-9]+';
const HEADER_NAME_RE = exactly(HEADER_NAME);
const HEADER_NAME_TEXT = formatComplaint(
  "a valid HTTP header must consist of alphanumeric characters or '-'",
  HEADER_NAME,
  'X-Header-Name',
);

const NON_EMPTY = 'must be non-empty';
const atMostBytes = (max: number) => `must be no more than ${max} bytes`;
const atMostCharacters = (max: number) => `must be no more than ${max} characters`;
const check = (holds: boolean, complaint: string): string[] => (holds ? [] : [complaint]);

/** `name` or `prefix/name`: keys of labels, annotations, taints, resources. */
export function isQualifiedName(text: string): string[] {
  const parts = text.split('/');
  if (parts.length > 2) {
    return [`a valid label key ${QUALIFIED_TEXT} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const name = parts.at(-1) ?? '';
  return [...(parts.length === 2 ? prefixComplaints(parts[0] ?? '') : []), ...namePartComplaints(name)];
}

function prefixComplaints(prefix: string): string[] {
  if (prefix === '') return [`prefix part ${NON_EMPTY}`];
  return isDns1123Subdomain(prefix).map((complaint) => `prefix part ${complaint}`);
}

function namePartComplaints(name: string): string[] {
  const length = name === '' ? [`name part ${NON_EMPTY}`] : check(name.length <= 63, `name part ${atMostBytes(63)}`);
  return [...length, ...check(QUALIFIED_RE.test(name), `name part ${QUALIFIED_TEXT}`)];
}

export function isLabelValue(text: string): string[] {
  return [...check(text.length <= 63, atMostBytes(63)), ...check(LABEL_VALUE_RE.test(text), LABEL_VALUE_TEXT)];
}

export function isDns1123Label(text: string): string[] {
  return [...check(text.length <= 63, atMostCharacters(63)), ...check(DNS1123_LABEL_RE.test(text), DNS1123_LABEL_TEXT)];
}

export function isDns1123Subdomain(text: string): string[] {
  return [...check(text.length <= 253, atMostCharacters(253)), ...check(SUBDOMAIN_RE.test(text), SUBDOMAIN_TEXT)];
}

/** A subdomain, where upstream declares it on the field: the same, but that it counts bytes. */
export function isLongName(text: string): string[] {
  return [...check(text.length <= 253, atMostBytes(253)), ...check(SUBDOMAIN_RE.test(text), SUBDOMAIN_TEXT)];
}

/** `*.example.com` */
export function isWildcardSubdomain(text: string): string[] {
  return [...check(text.length <= 253, atMostCharacters(253)), ...check(WILDCARD_RE.test(text), WILDCARD_TEXT)];
}

export function isDns1035Label(text: string): string[] {
  return [...check(text.length <= 63, atMostCharacters(63)), ...check(DNS1035_LABEL_RE.test(text), DNS1035_LABEL_TEXT)];
}

/** Names of environment variables: anything printable but `=`. */
export function isEnvVarName(text: string): string[] {
  if (text === '') return ['environment variable name must be non-empty'];
  return check(
    /^[ -<>-~]+$/.test(text),
    "a valid environment variable name must consist only of printable ASCII characters other than '='",
  );
}

/** Keys of ConfigMaps and Secrets, which become file names. */
export function isConfigMapKey(text: string): string[] {
  const dots =
    text === '.' ? ["must not be '.'"] : text === '..' ? ["must not be '..'"] : text.startsWith('..') ? ["must not start with '..'"] : [];
  return [...check(text.length <= 253, atMostCharacters(253)), ...check(CONFIG_KEY_RE.test(text), CONFIG_KEY_TEXT), ...dots];
}

export function isHttpHeaderName(text: string): string[] {
  return check(HEADER_NAME_RE.test(text), HEADER_NAME_TEXT);
}

/** Names of ports, as IANA service names. */
export function isPortName(text: string): string[] {
  const faults: string[] = [];
  if (text.length > 15) faults.push(atMostCharacters(15));
  if (!/^[-a-z0-9]+$/.test(text)) faults.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(text)) faults.push('must contain at least one letter (a-z)');
  if (text.includes('--')) faults.push('must not contain consecutive hyphens');
  if (text.startsWith('-') || text.endsWith('-')) faults.push('must not begin or end with a hyphen');
  return faults;
}

export function isPortNumber(port: number): string[] {
  return check(port >= 1 && port <= 65535, 'must be between 1 and 65535, inclusive');
}

/** What may be one segment of a URL path: the names of RBAC objects. */
export function isPathSegment(text: string): string[] {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].filter((character) => text.includes(character)).map((character) => `may not contain '${character}'`);
}

/** A `generateName` is checked as the name it begins: a trailing hyphen becomes a letter. */
export function maskTrailingDash(text: string): string {
  return text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text;
}
