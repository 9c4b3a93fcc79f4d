// For src/provision in a checkout: the node image's facts as one line of JSON; with --tag-only nothing is built.
import { ensureNodeImage, wantedNodeImage } from '../build-node-image.ts';
import { consoleLog } from './console-log.ts';

const image = process.argv.includes('--tag-only') ? await wantedNodeImage() : await ensureNodeImage({ log: consoleLog });
console.log(JSON.stringify({ tag: image.tag, archive: image.tar }));
