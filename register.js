'use strict';

// `node -r sluice/register` or `node --import sluice/register`: what a program and its dependencies require or import as
// `zlib` is Sluice. Every thread that is to have it loads it: a worker does by the same flags, which it inherits.

const { syncBuiltinESMExports } = require('node:module');
const builtin = require('node:zlib');
const zlib = require('./lib/zlib');

for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(zlib))) {
  // What cannot be changed are the constants and codes, whose values are the same.
  if (Object.getOwnPropertyDescriptor(builtin, name)?.configurable === false) continue;
  Object.defineProperty(builtin, name, descriptor);
}
syncBuiltinESMExports();
