'use strict';

// The one-shot functions of `sluice`, as promises.

const { codecs } = require('./lib/codecs');
const { promisedFunction } = require('./lib/one-shot');

for (const codec of codecs) exports[codec.format] = promisedFunction(codec);
