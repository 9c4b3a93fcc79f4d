import { formatAddress, is4In6 } from '../../../machinery/cel/library/kubernetes/ip-address.ts';
import { parseCidr } from '../../../machinery/validation/ip-address.ts';

const INVALID = 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)';

/** Complaints about an address with the length of its network, which has one spelling. */
export function interfaceAddressFaults(text: string): string[] {
  const parsed = parseCidr(withoutLeadingZeros(text));
  if (!parsed) return [INVALID];
  const mapped = is4In6(Uint8Array.from(parsed.bytes));
  const bytes = mapped ? parsed.bytes.slice(12) : parsed.bytes;
  const length = mapped && parsed.length > 32 ? parsed.length - 96 : parsed.length;
  const canonical = `${formatAddress(Uint8Array.from(bytes))}/${length}`;
  return text === canonical ? [] : [`must be in canonical form (${JSON.stringify(canonical)})`];
}

/** Old readers took them, so they are only the wrong spelling. */
const withoutLeadingZeros = (text: string): string => (text.includes(':') ? text : text.replace(/(^|\.)0+(?=\d)/g, '$1'));
