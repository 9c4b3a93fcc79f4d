import type { Answer as DnsRecord } from 'dns-packet';

export type ResponseCode = 'NOERROR' | 'FORMERR' | 'SERVFAIL' | 'NXDOMAIN' | 'NOTIMP' | 'REFUSED';

export const RESPONSE_CODES: Readonly<Record<ResponseCode, number>> = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
};

/** What is said to one question. No records and NOERROR: the name exists, but has nothing of the asked type. */
export interface Answer {
  code: ResponseCode;
  records: DnsRecord[];
  additionals: DnsRecord[];
  /** A CNAME's target outside the cluster, whose own records belong to the answer too. */
  elsewhere?: string;
}

export const noData = (): Answer => ({ code: 'NOERROR', records: [], additionals: [] });
export const noSuchName = (): Answer => ({ code: 'NXDOMAIN', records: [], additionals: [] });
export const found = (records: DnsRecord[], additionals: DnsRecord[] = []): Answer => ({ code: 'NOERROR', records, additionals });
