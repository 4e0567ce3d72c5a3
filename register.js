'use strict';

// `node -r sluice/register` or `node --import sluice/register`: what a program and its dependencies require or import as
// `zlib` is Sluice. It is loaded when zlib is first asked for something: a program, or a worker, that never compresses
// does not pay for it. A worker has the preloads of its parent.

const { syncBuiltinESMExports } = require('node:module');
const ZIP = require('./lib/zip-names');

/** Whether somebody may have imported zlib already, and hold what it exported then. */
const isLate = process.moduleLoadList?.includes('NativeModule zlib') ?? true;

const builtin = require('node:zlib');

const originals = Object.getOwnPropertyDescriptors(builtin);
/** What Node 20 lacks. */
const ZSTD = [
  ...['ZstdCompress', 'createZstdCompress', 'zstdCompress', 'zstdCompressSync'],
  ...['ZstdDecompress', 'createZstdDecompress', 'zstdDecompress', 'zstdDecompressSync'],
];
let isLoading = false;

function load() {
  isLoading = true;
  try {
    const zlib = require('./lib/zlib');
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(zlib))) {
      // What cannot be changed are the constants and codes, whose values are the same.
      if (originals[name]?.configurable === false) continue;
      Object.defineProperty(builtin, name, descriptor);
    }
  } finally {
    isLoading = false;
  }
  syncBuiltinESMExports();
}

function defer(name) {
  Object.defineProperty(builtin, name, {
    enumerable: true,
    configurable: true,
    get() {
      if (isLoading) return originals[name]?.value;
      load();
      return builtin[name];
    },
    set(value) {
      load();
      if (this === builtin) Reflect.set(builtin, name, value);
      // On an object that inherits from the module it makes a property of its own, as if this were none.
      else
        Object.defineProperty(this, name, {
          value,
          writable: true,
          enumerable: true,
          configurable: true,
        });
    },
  });
}

if (isLate) {
  load();
} else {
  const isOurs = (name) => originals[name].configurable && !ZIP.includes(name);
  for (const name of new Set([...Object.keys(builtin).filter(isOurs), ...ZSTD])) defer(name);
}
