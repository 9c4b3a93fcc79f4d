import type { FieldError } from '../../machinery/field-error.ts';
import { badRequest, invalid } from '../../machinery/status.ts';

/** The query of `pods/log`, checked, as the kubelet's query. */
export function kubeletLogQuery(query: URLSearchParams, podName: string): URLSearchParams {
  const [sinceSeconds, tailLines, limitBytes] = [integer(query, 'sinceSeconds'), integer(query, 'tailLines'), integer(query, 'limitBytes')];
  const sinceTime = query.get('sinceTime');
  const stream = query.get('stream');
  const faults = [
    ...(tailLines !== undefined && tailLines < 0 ? [fault('tailLines', tailLines, 'must be greater than or equal to 0')] : []),
    ...(limitBytes !== undefined && limitBytes < 1 ? [fault('limitBytes', limitBytes, 'must be greater than 0')] : []),
    ...sinceFaults(sinceSeconds, sinceTime),
    ...streamFaults(stream, tailLines),
  ];
  if (faults.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, podName, faults);
  return kubeletQuery(query, { sinceSeconds, tailLines, limitBytes, sinceTime, stream });
}

function kubeletQuery(query: URLSearchParams, values: Record<string, string | number | null | undefined>): URLSearchParams {
  const result = new URLSearchParams();
  for (const flag of ['follow', 'previous', 'timestamps']) if (isTrue(query.get(flag))) result.set(flag, 'true');
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== null && value !== '') result.set(name, String(value));
  return result;
}

function isTrue(value: string | null): boolean {
  return value !== null && value !== 'false' && value !== '0';
}

function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

function sinceFaults(seconds: number | undefined, time: string | null): FieldError[] {
  if (seconds !== undefined && time) {
    return [
      { type: 'FieldValueForbidden', field: '', message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified' },
    ];
  }
  return seconds !== undefined && seconds < 1 ? [fault('sinceSeconds', seconds, 'must be greater than 0')] : [];
}

function streamFaults(stream: string | null, tailLines: number | undefined): FieldError[] {
  if (stream === null || stream === 'All') return [];
  if (stream !== 'Stdout' && stream !== 'Stderr') {
    return [
      {
        type: 'FieldValueNotSupported',
        field: 'stream',
        message: `Unsupported value: ${JSON.stringify(stream)}: supported values: "All", "Stderr", "Stdout"`,
      },
    ];
  }
  const message = 'Forbidden: `tailLines` and specific `stream` are mutually exclusive for now';
  return tailLines === undefined ? [] : [{ type: 'FieldValueForbidden', field: '', message }];
}

function fault(field: string, value: number, why: string): FieldError {
  return { type: 'FieldValueInvalid', field, message: `Invalid value: ${value}: ${why}` };
}
