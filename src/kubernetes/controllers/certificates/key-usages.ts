import * as x509 from '@peculiar/x509';

const { KeyUsageFlags } = x509;
const KEY_USAGES: Readonly<Record<string, x509.KeyUsageFlags>> = {
  signing: KeyUsageFlags.digitalSignature,
  'digital signature': KeyUsageFlags.digitalSignature,
  'content commitment': KeyUsageFlags.nonRepudiation,
  'key encipherment': KeyUsageFlags.keyEncipherment,
  'key agreement': KeyUsageFlags.keyAgreement,
  'data encipherment': KeyUsageFlags.dataEncipherment,
  'cert sign': KeyUsageFlags.keyCertSign,
  'crl sign': KeyUsageFlags.cRLSign,
  'encipher only': KeyUsageFlags.encipherOnly,
  'decipher only': KeyUsageFlags.decipherOnly,
};

const PURPOSE = '1.3.6.1.5.5.7.3';
/** In the order in which a certificate lists them. */
const PURPOSES: Readonly<Record<string, string>> = {
  any: '2.5.29.37.0',
  'server auth': `${PURPOSE}.1`,
  'client auth': `${PURPOSE}.2`,
  'code signing': `${PURPOSE}.3`,
  'email protection': `${PURPOSE}.4`,
  's/mime': `${PURPOSE}.4`,
  'ipsec end system': `${PURPOSE}.5`,
  'ipsec tunnel': `${PURPOSE}.6`,
  'ipsec user': `${PURPOSE}.7`,
  timestamping: `${PURPOSE}.8`,
  'ocsp signing': `${PURPOSE}.9`,
  'microsoft sgc': '1.3.6.1.4.1.311.10.3.3',
  'netscape sgc': '2.16.840.1.113730.4.1',
};

/** The extensions that say what a certificate is for. */
export function usageExtensions(usages: readonly string[]): x509.Extension[] {
  const flags = usages.reduce((all, usage) => all | (KEY_USAGES[usage] ?? 0), 0);
  const purposes = new Set(Object.keys(PURPOSES).flatMap((usage) => (usages.includes(usage) ? (PURPOSES[usage] ?? []) : [])));
  return [
    ...(flags ? [new x509.KeyUsagesExtension(flags, true)] : []),
    ...(purposes.size > 0 ? [new x509.ExtendedKeyUsageExtension([...purposes])] : []),
  ];
}
