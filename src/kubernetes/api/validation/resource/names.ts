import type { FieldError } from '../../../machinery/field-error.ts';
import { complaints, invalidValue, required, tooLong } from '../../../machinery/validation/faults.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../../machinery/validation/names.ts';
import { driverNameRules as csiDriverNameRules } from '../csi-driver-name.ts';

const MAX_POOL_NAME = 253;
const MAX_DOMAIN = 63;
const MAX_ID = 32;
/** The longest key of an attribute or a capacity: a domain, a slash and a name. */
export const MAX_QUALIFIED_NAME = MAX_DOMAIN + 1 + MAX_ID;

const IDENTIFIER = '[A-Za-z_][A-Za-z0-9_]*';
const IDENTIFIER_FAULT =
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' " +
  `(e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '${IDENTIFIER}')`;

/** The name of a request, a device or a counter. */
export function labelNameRules(name: string, path: string): Iterable<FieldError> {
  return complaints(path, name, isDns1123Label(name));
}

/** The name of a node or of a class. */
export function subdomainRules(name: string, path: string): Iterable<FieldError> {
  return complaints(path, name, isDns1123Subdomain(name));
}

/** Drivers are named as those of CSI are. */
export function* driverNameRules(name: string, path: string): Iterable<FieldError> {
  if (name === '') yield required(path);
  else yield* csiDriverNameRules(name, path);
}

/** One or more domains with slashes between them. */
export function* poolNameRules(name: string, path: string): Iterable<FieldError> {
  if (name === '') {
    yield required(path);
    return;
  }
  if (name.length > MAX_POOL_NAME) yield tooLong(path, MAX_POOL_NAME);
  for (const part of name.split('/')) yield* subdomainRules(part, path);
}

/** The name of an attribute or a capacity; without a domain it is the driver's. More than one slash was never looked at. */
export function* qualifiedNameRules(name: string, path: string): Iterable<FieldError> {
  const [first = '', second, ...more] = name.split('/');
  if (more.length > 0) return;
  if (second === undefined) {
    yield* identifierRules(first, path);
    return;
  }
  if (first === '') yield invalidValue(path, '', 'the domain must not be empty');
  else yield* csiDriverNameRules(first, path);
  if (second === '') yield invalidValue(path, '', 'the name must not be empty');
  else yield* identifierRules(second, path);
}

/** A name that says its domain. */
export function* fullyQualifiedNameRules(name: string, path: string): Iterable<FieldError> {
  yield* qualifiedNameRules(name, path);
  if (!name.includes('/')) yield invalidValue(path, name, 'a fully qualified name must be a domain and a name separated by a slash');
}

function* identifierRules(id: string, path: string): Iterable<FieldError> {
  if (id.length > MAX_ID) yield tooLong(path, MAX_ID);
  if (!new RegExp(`^${IDENTIFIER}$`).test(id)) yield invalidValue(path, id, IDENTIFIER_FAULT);
}

const HEX = /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/;
const NORMAL_UID = 'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters';

/** The identifier of a share. Forms that can be read but are not the usual one have a fault of their own. */
export function* uidRules(uid: string, path: string): Iterable<FieldError> {
  const fault = uidFault(uid);
  if (fault) yield invalidValue(path, uid, `error validating uid: ${fault}`);
  else if (uid.length !== 36 || uid !== uid.toLowerCase()) yield invalidValue(path, uid, NORMAL_UID);
}

function uidFault(uid: string): string | undefined {
  switch (uid.length) {
    case 36:
      return HEX.test(uid) ? undefined : 'invalid UUID format';
    case 45: {
      const prefix = uid.slice(0, 9);
      if (prefix.toLowerCase() !== 'urn:uuid:') return `invalid urn prefix: ${JSON.stringify(prefix)}`;
      return HEX.test(uid.slice(9)) ? undefined : 'invalid UUID format';
    }
    case 38:
      if (!uid.startsWith('{') || !uid.endsWith('}')) return 'invalid bracketed UUID format';
      return HEX.test(uid.slice(1, -1)) ? undefined : 'invalid UUID format';
    case 32:
      return /^[0-9a-fA-F]{32}$/.test(uid) ? undefined : 'invalid UUID format';
    default:
      return `invalid UUID length: ${uid.length}`;
  }
}
