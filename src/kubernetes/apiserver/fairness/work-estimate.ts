import type { RequestContext } from '../request.ts';
import type { InterestedWatches } from './interested-watches.ts';

/** How much of the server a request takes. */
export interface Work {
  /** While it is answered. */
  readonly initialSeats: number;
  /** Afterwards, while watchers are told. */
  readonly finalSeats: number;
  readonly extraMs: number;
}

/** How many objects of a resource there are, and how large they are altogether; undefined where that is another server's affair. */
export type Volume = (request: RequestContext) => { readonly size: number; readonly bytes: number } | undefined;

const PLAIN: Work = { initialSeats: 1, finalSeats: 0, extraMs: 0 };
/** By seats: works are shared, most requests are alike. */
const READS: readonly Work[] = Array.from({ length: 101 }, (_, initialSeats) => ({ ...PLAIN, initialSeats }));
const MAX_LIST_SEATS = 100;
const MAX_WRITE_SEATS = 10;
const BYTES_PER_SEAT = 100_000;
/** Longer lists are sent piece by piece. */
const MAX_LIST_BYTES = 1_000_000;
const WATCHES_PER_SEAT = 10;
const MS_PER_EVENT = 5;
const WRITES = new Set(['create', 'update', 'patch', 'delete']);

/** Guesses what requests cost, from what they ask for. */
export class WorkEstimator {
  readonly #volume: Volume;
  readonly #watches: InterestedWatches;

  constructor(volume: Volume, watches: InterestedWatches) {
    this.#volume = volume;
    this.#watches = watches;
  }

  /** `maxSeats` of the level; 0: it has no bound of its own. `watchCount` hears how many watch what is written. */
  estimate(request: RequestContext, maxSeats: number, watchCount?: (count: number) => void): Work {
    const { info } = request;
    if (!info.isResourceRequest) return PLAIN;
    if (info.verb === 'list') return this.#list(request, maxSeats || MAX_LIST_SEATS);
    if (info.verb === 'watch') {
      return request.query.get('sendInitialEvents') === 'true' ? this.#list(request, maxSeats || MAX_LIST_SEATS) : PLAIN;
    }
    return WRITES.has(info.verb) ? this.#write(request, Math.min(maxSeats || MAX_WRITE_SEATS, MAX_WRITE_SEATS), watchCount) : PLAIN;
  }

  #list(request: RequestContext, maxSeats: number): Work {
    const volume = this.#volume(request);
    if (!volume || volume.size === 0) return PLAIN;
    const limit = Number(request.query.get('limit')) || volume.size;
    const objects = request.info.name !== '' ? 1 : Math.min(limit, volume.size);
    const bytes = Math.min((objects * volume.bytes) / volume.size, MAX_LIST_BYTES);
    return READS[Math.max(1, Math.min(Math.ceil(bytes / BYTES_PER_SEAT), maxSeats, MAX_LIST_SEATS))] as Work;
  }

  /** Every change goes to everyone who watches, after it is answered. */
  #write({ info }: RequestContext, maxSeats: number, watchCount?: (count: number) => void): Work {
    // Asking for a token changes nothing.
    if (info.resource === 'serviceaccounts' && info.subresource === 'token') return PLAIN;
    const watches = this.#watches.count(info);
    watchCount?.(watches);
    if (watches < WATCHES_PER_SEAT) return PLAIN;
    const wanted = Math.ceil(watches / WATCHES_PER_SEAT);
    const finalSeats = Math.min(wanted, maxSeats);
    return { initialSeats: 1, finalSeats, extraMs: (wanted * MS_PER_EVENT) / finalSeats };
  }
}
