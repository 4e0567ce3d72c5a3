'use strict';

// A worker that uses every format and a file, and has nothing more to do then.

const sluice = require('../..');
const { allFormats, roundTrip } = require('./round-trips');

for (const format of allFormats) roundTrip(format);
sluice.createReadStream(__filename).pipe(sluice.createWriteStream('/dev/null'));
