'use strict';

// A preload that stands behind `sluice/register`: counts how often the program asked for zlib and got Sluice, and writes
// the number to file descriptor 3 when the process ends.

const fs = require('node:fs');
const Module = require('node:module');
const { isMainThread } = require('node:worker_threads');
const sluice = require('../..');

let uses = 0;

const isZlib = (request) => request === 'zlib' || request === 'node:zlib';
const replaced = Object.keys(sluice).filter((name) => typeof sluice[name] === 'function');
const isSluice = (zlib) => replaced.every((name) => !(name in zlib) || zlib[name] === sluice[name]);

const load = Module._load;
Module._load = function countingLoad(request, parent, ...rest) {
  const loaded = load.call(this, request, parent, ...rest);
  // Only the test itself: what it requires for its own ends proves nothing.
  if (isZlib(request) && parent === process.mainModule && isSluice(loaded)) uses += 1;
  return loaded;
};

/** An `import` does not come by `_load`; Node 22.15 and newer let it be seen. */
Module.registerHooks?.({
  resolve(specifier, context, next) {
    const isImport = context.conditions?.includes('import');
    if (isZlib(specifier) && isImport && isSluice(require('node:zlib'))) uses += 1;
    return next(specifier, context);
  },
});

if (isMainThread) process.on('exit', () => fs.writeSync(3, String(uses)));
