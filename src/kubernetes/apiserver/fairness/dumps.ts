import type { RequestHandler } from '../extensions.ts';
import { sendText } from '../http/response.ts';
import type { RequestContext } from '../request.ts';
import { table } from './dump-table.ts';
import type { PriorityLevel } from './priority-level.ts';
import type { RequestFairness } from './request-fairness.ts';
import type { Visit } from './visit.ts';

const PREFIX = '/debug/api_priority_and_fairness/';

const LEVEL_COLUMNS = [
  ...['PriorityLevelName', 'ActiveQueues', 'IsIdle', 'IsQuiescing', 'WaitingRequests', 'ExecutingRequests'],
  ...['DispatchedRequests', 'RejectedRequests', 'TimedoutRequests', 'CancelledRequests'],
];
const QUEUE_COLUMNS = [
  ...['PriorityLevelName', 'Index', 'PendingRequests', 'ExecutingRequests', 'SeatsInUse', 'NextDispatchR'],
  ...['InitialSeatsSum', 'MaxSeatsSum', 'TotalWorkSum'],
];
const REQUEST_COLUMNS = [
  ...['PriorityLevelName', 'FlowSchemaName', 'QueueIndex', 'RequestIndexInQueue', 'FlowDistingsher', 'ArriveTime'],
  ...['InitialSeats', 'FinalSeats', 'AdditionalLatency', 'StartTime'],
];
const DETAIL_COLUMNS = ['UserName', 'Verb', 'APIPath', 'Namespace', 'Name', 'APIVersion', 'Resource', 'SubResource'];

/** What priority and fairness is doing right now, for those who look for what holds up their requests. */
export function fairnessDumps(fairness: RequestFairness): RequestHandler {
  const dumps = new Map<string, (request: RequestContext) => string>([
    ['dump_priority_levels', () => table([LEVEL_COLUMNS, ...fairness.levels.map((level) => levelRow(fairness, level))])],
    ['dump_queues', () => table([QUEUE_COLUMNS, ...fairness.levels.flatMap(queueRows)])],
    ['dump_requests', ({ query }) => requestTable(fairness.levels, Boolean(query.get('includeRequestDetails')))],
  ]);
  const dumpOf = ({ info }: RequestContext) => (info.path.startsWith(PREFIX) ? dumps.get(info.path.slice(PREFIX.length)) : undefined);
  return {
    accepts: (request) => dumpOf(request) !== undefined,
    handle: (request, response) => sendText(request, response, 200, dumpOf(request)?.(request) ?? ''),
  };
}

function levelRow({ configuration }: RequestFairness, level: PriorityLevel): string[] {
  const active = level.queues.filter(({ waiting }) => waiting.length > 0).length;
  const { dispatched, rejected, timedOut, cancelled } = level.totals;
  const quiescing = configuration.isQuiescing(level.name);
  const numbers = [level.waiting, level.executing, dispatched, rejected, timedOut, cancelled];
  return [level.name, String(active), String(level.isIdle), String(quiescing), ...numbers.map(String)];
}

function queueRows({ name, queues }: PriorityLevel): string[][] {
  return queues.map(({ index, waiting, executing, seatsInUse, nextDispatch }) => [
    name,
    ...[index, waiting.length, executing, seatsInUse].map(String),
    seatSeconds(nextDispatch),
    String(sumOf(waiting, ({ arrival }) => arrival.work.initialSeats)),
    String(sumOf(waiting, ({ seats }) => seats)),
    seatSeconds(sumOf(waiting, ({ totalWork }) => totalWork)),
  ]);
}

function requestTable(levels: readonly PriorityLevel[], detailed: boolean): string {
  const row = (level: PriorityLevel, visit: Visit, place: number) => [
    ...requestRow(level, visit, place),
    ...(detailed ? detailsOf(visit) : []),
  ];
  const rows = levels.flatMap((level) => [
    ...level.queues.flatMap(({ waiting }) => waiting.map((visit, place) => row(level, visit, place))),
    ...[...level.visits].map((visit) => row(level, visit, -1)),
  ]);
  return table([detailed ? [...REQUEST_COLUMNS, ...DETAIL_COLUMNS] : REQUEST_COLUMNS, ...rows]);
}

function requestRow({ name }: PriorityLevel, { arrival, queue, arrivedAt, startedAt }: Visit, place: number): string[] {
  const { schema, distinguisher, work } = arrival;
  const started = startedAt === 0 ? '0001-01-01T00:00:00Z' : timeOf(startedAt);
  const seats = [work.initialSeats, work.finalSeats].map(String);
  return [
    name,
    schema,
    String(queue?.index ?? -1),
    String(place),
    distinguisher,
    timeOf(arrivedAt),
    ...seats,
    latencyOf(work.extraMs),
    started,
  ];
}

function detailsOf({ arrival: { request } }: Visit): string[] {
  const { verb, path, namespace, name, group, version, resource, subresource } = request.info;
  return [request.user.username, verb, path, namespace, name, group ? `${group}/${version}` : version, resource, subresource];
}

function sumOf<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}

function seatSeconds(seatMilliseconds: number): string {
  return `${(seatMilliseconds / 1000).toFixed(8)}ss`;
}

function latencyOf(ms: number): string {
  return ms === 0 ? '0s' : `${ms}ms`;
}

/** Without zeros at the end of the fraction. */
function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z');
}
