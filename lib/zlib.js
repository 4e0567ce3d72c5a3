'use strict';

// All that `node:zlib` of Node 26 exports, with the attributes that it has there.

const zlib = require('node:zlib');
const native = require('../binding.js');
const { viewOf } = require('./codec-options');
const { codecs } = require('./codecs');
const { codes, constants } = require('./constants');
const { invalidArgType, outOfRange } = require('./errors');
const { asyncFunction, syncFunction } = require('./one-shot');
const ZIP = require('./zip-names');

function checkUint32(value, name) {
  if (typeof value !== 'number') throw invalidArgType(name, 'of type number', value);
  if (!Number.isInteger(value)) throw outOfRange(name, 'an integer', value);
  if (value < 0 || value > 0xffffffff) throw outOfRange(name, '>= 0 && <= 4294967295', value);
}

function crc32(data, value = 0) {
  if (typeof data !== 'string' && !ArrayBuffer.isView(data)) {
    const expected = 'of type string or an instance of Buffer, TypedArray, or DataView';
    throw invalidArgType('data', expected, data);
  }
  checkUint32(value, 'value');
  return native.crc32(typeof data === 'string' ? data : viewOf(data), value);
}

function factory({ name, Class }) {
  const create = function (options) {
    return new Class(options);
  };
  return Object.defineProperty(create, 'name', { value: `create${name}` });
}

const surface = { crc32 };
for (const { name, Class } of codecs) surface[name] = Class;
for (const codec of codecs) {
  surface[codec.format] = asyncFunction(codec);
  surface[`${codec.format}Sync`] = syncFunction(codec);
}

const define = (name, value, attributes) =>
  Object.defineProperty(surface, name, { value, ...attributes });

for (const codec of codecs) {
  define(`create${codec.name}`, factory(codec), { enumerable: true, configurable: true });
}
define('constants', constants, { enumerable: true });
define('codes', codes, { enumerable: true });
for (const name of ZIP.filter((known) => known in zlib)) {
  const descriptor = Object.getOwnPropertyDescriptor(zlib, name);
  Object.defineProperty(surface, name, descriptor);
}
// Where they were before there was `constants`; deprecated.
for (const [name, value] of Object.entries(constants)) {
  if (!name.startsWith('BROTLI')) define(name, value);
}

module.exports = surface;
