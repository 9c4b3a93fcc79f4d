import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { Client, credentials, status as GrpcCode, Metadata, type ServiceError } from '@grpc/grpc-js';
import { goDuration } from '../duration.ts';
import type { ProbeOutcome } from './probe-outcome.ts';
import { failure, success } from './probe-outcome.ts';

const STATES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const SERVING = 1;

/** Asks grpc.health.v1.Health whether `service` is serving. */
export async function probeGrpc(host: string, port: number, service: string, timeout: number): Promise<ProbeOutcome> {
  const address = `${host}:${port}`;
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.enable_retries': 0,
    'grpc.primary_user_agent': 'kube-probe/1.36',
  });
  try {
    const state = await check(client, service, timeout);
    return state === SERVING ? success('service healthy') : failure(`service unhealthy (responded with "${STATES[state] ?? state}")`);
  } catch (error) {
    return failure(explain(error as ServiceError, address, service, timeout));
  } finally {
    client.close();
  }
}

function check(client: Client, service: string, timeout: number): Promise<number> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      '/grpc.health.v1.Health/Check',
      (name: string) => Buffer.from(name ? new BinaryWriter().tag(1, WireType.LengthDelimited).string(name).finish() : []),
      readState,
      service,
      new Metadata(),
      { deadline: Date.now() + timeout },
      (error, state) => (error ? reject(error) : resolve(state ?? 0)),
    );
  });
}

function readState(bytes: Buffer): number {
  const reader = new BinaryReader(bytes);
  let state = 0;
  while (reader.pos < bytes.length) {
    const [field, wire] = reader.tag();
    if (field === 1) state = reader.int32();
    else reader.skip(wire, field);
  }
  return state;
}

function explain({ code, details }: ServiceError, address: string, service: string, timeout: number): string {
  if (code === GrpcCode.UNIMPLEMENTED) return 'this server does not implement the grpc health protocol (grpc.health.v1.Health)';
  if (code === GrpcCode.DEADLINE_EXCEEDED) return `timeout: health rpc did not complete within ${goDuration(timeout)}`;
  if (code === GrpcCode.UNAVAILABLE) return `timeout: failed to connect service "${address}" within ${goDuration(timeout)}: ${details}`;
  return `error: health rpc probe failed: ${details}${service ? ` (service ${service})` : ''}`;
}
