'use strict';

// A preload: puts Sluice in zlib's place when the program first asks for zlib, as Node loads it only then, and by the
// way of `sluice/register`. Counts how often the program got Sluice, and writes the number to file descriptor 3 when the
// process ends.

const fs = require('node:fs');
const Module = require('node:module');
const { isMainThread } = require('node:worker_threads');

let sluice;
let replaced = [];
let uses = 0;

const isZlib = (request) => request === 'zlib' || request === 'node:zlib';
const isSluice = (zlib) => replaced.every((name) => !(name in zlib) || zlib[name] === sluice[name]);

function register() {
  if (sluice !== undefined) return;
  sluice = require('../..');
  require('../../register');
  replaced = Object.keys(sluice).filter((name) => typeof sluice[name] === 'function');
}

const load = Module._load;
Module._load = function countingLoad(request, parent, ...rest) {
  if (isZlib(request) && parent === process.mainModule) register();
  const loaded = load.call(this, request, parent, ...rest);
  // Only the test itself: what it requires for its own ends proves nothing.
  if (isZlib(request) && parent === process.mainModule && isSluice(loaded)) uses += 1;
  return loaded;
};

/** An `import` does not come by `_load`; Node 22.15 and newer let it be seen. */
Module.registerHooks?.({
  resolve(specifier, context, next) {
    const isImport = context.conditions?.includes('import');
    if (isZlib(specifier) && isImport) {
      register();
      if (isSluice(require('node:zlib'))) uses += 1;
    }
    return next(specifier, context);
  },
});

if (isMainThread) process.on('exit', () => fs.writeSync(3, String(uses)));
