import type { Clock } from '../../../base/clock.ts';
import type { ResourceDefinition } from '../../api/define.ts';
import { jsonCodec } from '../../api/schemas.ts';
import { watchFrame } from '../../machinery/codec/protobuf/codec.ts';
import type { WatchEventType } from '../../machinery/meta.ts';
import type { Status } from '../../machinery/status.ts';
import type { Representation } from '../http/negotiate.ts';
import type { StoredObject } from '../store/stored-object.ts';
import type { CacheEvent } from '../store/window.ts';
import { encodeValue, SCHEMAS } from './encode.ts';
import { checkTableQuery, partialMetadata, tableOf } from './views.ts';

/** Frames of changes, made once whoever watches. */
class Frames {
  readonly #frames = new WeakMap<CacheEvent, Buffer>();

  of(event: CacheEvent, make: () => Buffer): Buffer {
    const known = this.#frames.get(event);
    if (known) return known;
    const frame = make();
    this.#frames.set(event, frame);
    return frame;
  }
}

const jsonFrames = new Frames();
const protobufFrames = new Frames();
const partialFrames = new Map([
  ['v1', new Frames()],
  ['v1beta1', new Frames()],
]);

const HEADS = new Map(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'].map((type) => [type, Buffer.from(`{"type":"${type}","object":`)]));
const TAIL = Buffer.from('}\n');

/** Makes the bytes of watch events in the form a client asked for. */
export abstract class EventEncoder {
  abstract readonly contentType: string;
  abstract frame(type: WatchEventType, stored: StoredObject): Buffer;
  abstract event(event: CacheEvent): Buffer;

  bookmark(object: StoredObject['object']): Buffer {
    return Buffer.from(`{"type":"BOOKMARK","object":${JSON.stringify(object)}}\n`);
  }

  /** The last event of a watch that went wrong. */
  failure(status: Status): Buffer {
    return Buffer.from(`{"type":"ERROR","object":${JSON.stringify(status)}}\n`);
  }

  static for(definition: ResourceDefinition, representation: Representation, query: URLSearchParams, clock: Clock): EventEncoder {
    if (representation.encoding === 'protobuf' && representation.as !== 'Table') return new ProtobufEvents(definition, representation);
    if (representation.as === undefined) return plainEvents;
    if (representation.as === 'Table') return new TableEvents(definition, representation, query, clock);
    return new PartialEvents(definition, representation.asVersion ?? 'v1');
  }
}

/** The object's own bytes between a head and a tail. */
class PlainEvents extends EventEncoder {
  readonly contentType = 'application/json';

  frame(type: WatchEventType, stored: StoredObject): Buffer {
    return Buffer.concat([HEADS.get(type) as Buffer, stored.bytes, TAIL]);
  }

  event(event: CacheEvent): Buffer {
    return jsonFrames.of(event, () => this.frame(event.type, event.stored));
  }
}

const plainEvents = new PlainEvents();

/** What watchers see instead of the object. */
abstract class ViewEvents extends EventEncoder {
  readonly contentType = 'application/json';
  readonly #definition: ResourceDefinition;

  constructor(definition: ResourceDefinition) {
    super();
    this.#definition = definition;
  }

  protected abstract view(stored: StoredObject): object;

  frame(type: WatchEventType, stored: StoredObject): Buffer {
    return Buffer.from(`${JSON.stringify({ type, object: this.view(stored) })}\n`);
  }

  event({ type, stored }: CacheEvent): Buffer {
    return this.frame(type, stored);
  }

  /** Bookmarks are shown as objects are, though there is little in them. */
  override bookmark(bare: StoredObject['object']): Buffer {
    const object = this.#definition.custom ? bare : jsonCodec.canonical(this.#definition.schema, bare);
    return this.frame('BOOKMARK', { key: '', object, bytes: Buffer.alloc(0), revision: 0 });
  }
}

class PartialEvents extends ViewEvents {
  readonly #version: string;

  constructor(definition: ResourceDefinition, version: string) {
    super(definition);
    this.#version = version;
  }

  protected view({ object }: StoredObject): object {
    return partialMetadata(object, this.#version);
  }
}

/** Tables of one row; only the first says what its columns are. */
class TableEvents extends ViewEvents {
  readonly #row: (stored: StoredObject, query: URLSearchParams) => object;
  #query: URLSearchParams;

  constructor(definition: ResourceDefinition, { asVersion = 'v1' }: Representation, query: URLSearchParams, clock: Clock) {
    super(definition);
    checkTableQuery(query);
    this.#query = query;
    this.#row = (stored, shown) => {
      const { resourceVersion = '' } = stored.object.metadata;
      return tableOf(definition, [stored], { resourceVersion }, shown, clock.now(), asVersion);
    };
  }

  protected view(stored: StoredObject): object {
    const table = this.#row(stored, this.#query);
    this.#query = withoutHeaders(this.#query);
    return table;
  }
}

function withoutHeaders(query: URLSearchParams): URLSearchParams {
  if (query.get('noHeaders') === 'true') return query;
  const bare = new URLSearchParams(query);
  bare.set('noHeaders', 'true');
  return bare;
}

/** Length-prefixed WatchEvents. */
class ProtobufEvents extends EventEncoder {
  readonly contentType = 'application/vnd.kubernetes.protobuf;stream=watch';
  readonly #definition: ResourceDefinition;
  readonly #partial: string | undefined;

  constructor(definition: ResourceDefinition, { as, asVersion = 'v1' }: Representation) {
    super();
    this.#definition = definition;
    this.#partial = as === undefined ? undefined : asVersion;
  }

  frame(type: WatchEventType, { object }: Pick<StoredObject, 'object'>): Buffer {
    const body = this.#partial
      ? encodeValue(partialMetadata(object, this.#partial), 'protobuf', SCHEMAS.partialMetadata)
      : encodeValue(object, 'protobuf', this.#definition.schema);
    return Buffer.from(watchFrame(type, body.bytes as Buffer));
  }

  event(event: CacheEvent): Buffer {
    const frames = this.#partial ? partialFrames.get(this.#partial) : protobufFrames;
    const make = () => this.frame(event.type, event.stored);
    return frames ? frames.of(event, make) : make();
  }

  override failure(status: Status): Buffer {
    return Buffer.from(watchFrame('ERROR', encodeValue(status, 'protobuf', SCHEMAS.status).bytes as Buffer));
  }

  override bookmark(object: StoredObject['object']): Buffer {
    return this.frame('BOOKMARK', { object });
  }
}
