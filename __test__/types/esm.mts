// The same names reach an ES module, by name and from the default export.

import promises, { gzip as compress } from 'sluice/promises';
import sluice, { constants, createGzip, createWriteStream, Gzip } from 'sluice';

const gzip: Gzip = createGzip({ level: constants.Z_BEST_SPEED });
const same: typeof createWriteStream = sluice.createWriteStream;

const packed: Promise<Buffer> = compress('text');

console.log(gzip, same, packed, promises.gunzip);
