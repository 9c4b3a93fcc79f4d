import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { GrpcChannel, GrpcError, grpcCode } from '../cri/grpc-channel.ts';
import { goDuration } from '../duration.ts';
import type { ProbeOutcome } from './probe-outcome.ts';
import { failure, success } from './probe-outcome.ts';

const STATES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const SERVING = 1;

/** Asks grpc.health.v1.Health whether `service` is serving. */
export async function probeGrpc(host: string, port: number, service: string, timeout: number): Promise<ProbeOutcome> {
  const address = `${host}:${port}`;
  using channel = new GrpcChannel(address, 'kube-probe/1.36');
  try {
    const question = service ? new BinaryWriter().tag(1, WireType.LengthDelimited).string(service).finish() : new Uint8Array();
    const state = readState(await channel.unary('/grpc.health.v1.Health/Check', question, { timeout }));
    return state === SERVING ? success('service healthy') : failure(`service unhealthy (responded with "${STATES[state] ?? state}")`);
  } catch (error) {
    return failure(explain(error, address, timeout));
  }
}

function readState(bytes: Uint8Array): number {
  const reader = new BinaryReader(bytes);
  let state = 0;
  while (reader.pos < bytes.length) {
    const [field, wire] = reader.tag();
    if (field === 1) state = reader.int32();
    else reader.skip(wire, field);
  }
  return state;
}

function explain(error: unknown, address: string, timeout: number): string {
  const { code, message } = error instanceof GrpcError ? error : { code: grpcCode.UNKNOWN, message: String(error) };
  if (code === grpcCode.UNIMPLEMENTED) return 'this server does not implement the grpc health protocol (grpc.health.v1.Health)';
  if (code === grpcCode.DEADLINE_EXCEEDED) return `timeout: health rpc did not complete within ${goDuration(timeout)}`;
  if (code === grpcCode.UNAVAILABLE) return `timeout: failed to connect service "${address}" within ${goDuration(timeout)}: ${message}`;
  return `error: health rpc probe failed: ${message}`;
}
