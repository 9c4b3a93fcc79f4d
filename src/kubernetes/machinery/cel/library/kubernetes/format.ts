import {
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isLabelValue,
  isPortName,
  isQualifiedName,
  maskTrailingDash,
} from '../../../validation/names.ts';
import { defineFunction, type Library, method, overload } from '../../types/declarations.ts';
import { listOf, optionalOf, stringType, structType } from '../../types/type.ts';
import { ArrayList, CelObject, CelOptional, type CelValue } from '../../values/value.ts';
import { parseRequestUri, UrlError } from './go-url.ts';

export const formatType = structType('kubernetes.NamedFormat');

type Validate = (text: string) => readonly string[];

export class FormatValue extends CelObject {
  override readonly type = formatType;
  readonly name: string;
  readonly validate: Validate;
  /** What the format counts as when matching it is charged for. */
  readonly patternSize: number;

  constructor(name: string, validate: Validate, patternSize: number) {
    super();
    this.name = name;
    this.validate = validate;
    this.patternSize = patternSize;
  }

  override equals(other: CelValue): boolean {
    return other instanceof FormatValue && other.name === this.name;
  }
}

/** A prefix of a name may end in a dash, for something will follow. */
const prefixOf =
  (validate: Validate): Validate =>
  (text) =>
    validate(maskTrailingDash(text));
const ifNot =
  (holds: (text: string) => boolean, complaint: string): Validate =>
  (text) =>
    holds(text) ? [] : [complaint];

function uriComplaints(text: string): string[] {
  try {
    parseRequestUri(text);
    return [];
  } catch (error) {
    if (error instanceof UrlError) return [error.message];
    throw error;
  }
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;
const DATE = /^\d{4}-(\d\d)-(\d\d)$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:.\d+)?(?:z|[+-]\d\d:\d\d)$/;

function isDate(text: string): boolean {
  return DATE.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;
}

function isDateTime(text: string): boolean {
  const [date = '', time = ''] = text.toLowerCase().split('t');
  const match = isDate(date) ? TIME.exec(time) : null;
  return match !== null && match[1]! <= '23' && match[2]! <= '59' && match[3]! <= '59';
}

const format = (name: string, validate: Validate, patternSize: number): FormatValue => new FormatValue(name, validate, patternSize);

/** The sizes are those of upstream's regular expressions, estimated there for some. */
const FORMATS: Readonly<Record<string, FormatValue>> = {
  dns1123Label: format('DNS1123Label', isDns1123Label, 30),
  dns1123Subdomain: format('DNS1123Subdomain', isDns1123Subdomain, 60),
  dns1035Label: format('DNS1035Label', isDns1035Label, 30),
  qualifiedName: format('QualifiedName', isQualifiedName, 60),
  portName: format('PortName', isPortName, 20),
  dns1123LabelPrefix: format('DNS1123LabelPrefix', prefixOf(isDns1123Label), 30),
  dns1123SubdomainPrefix: format('DNS1123SubdomainPrefix', prefixOf(isDns1123Subdomain), 60),
  dns1035LabelPrefix: format('DNS1035LabelPrefix', prefixOf(isDns1035Label), 30),
  labelValue: format('LabelValue', isLabelValue, 40),
  uri: format('URI', uriComplaints, 1100),
  uuid: format(
    'uuid',
    ifNot((text) => UUID.test(text), 'does not match the UUID format'),
    82,
  ),
  byte: format(
    'byte',
    ifNot((text) => BASE64.test(text), 'invalid base64'),
    99,
  ),
  date: format('date', ifNot(isDate, 'invalid date'), 78),
  datetime: format('datetime', ifNot(isDateTime, 'invalid datetime'), 78),
};

function validate({ validate: complaintsOf }: FormatValue, text: string): CelOptional {
  const complaints = complaintsOf(text);
  return complaints.length ? CelOptional.of(new ArrayList(complaints)) : CelOptional.none;
}

function named(name: string): CelOptional {
  return Object.hasOwn(FORMATS, name) ? CelOptional.of(FORMATS[name]!) : CelOptional.none;
}

/** `format.dns1123Label().validate(text)`: complaints about a text, none when all is well. */
export const formatLibrary: Library = {
  name: 'kubernetes.format',
  functions: [
    defineFunction('validate', method('format-validate', [formatType, stringType], optionalOf(listOf(stringType)), validate)),
    defineFunction('format.named', overload('format-named', [stringType], optionalOf(formatType), named)),
    ...Object.entries(FORMATS).map(([name, value]) =>
      defineFunction(
        `format.${name}`,
        overload(`format.${name}`, [], formatType, () => value),
      ),
    ),
  ],
};
