'use strict';

const zlib = require('node:zlib');
const sluice = require('../..');

/** The zstd of Node 22 is another: it takes a truncated frame for a whole one. */
const isOracle = (name) => !/^Zstd/.test(name) || parseInt(process.versions.node, 10) >= 24;

/** A format: who makes it, who reads it, and Node's one-shot functions for both, undefined where it has none. */
const format = (name, encoder, decoder) => ({
  name,
  encode: sluice[`create${encoder}`],
  decode: sluice[`create${decoder}`],
  encodeSync: sluice[`${oneShot(encoder)}Sync`],
  decodeSync: sluice[`${oneShot(decoder)}Sync`],
  zlibEncode: isOracle(encoder) ? zlib[`${oneShot(encoder)}Sync`] : undefined,
  zlibDecode: isOracle(decoder) ? zlib[`${oneShot(decoder)}Sync`] : undefined,
});

/** The name of a class's one-shot function. */
const oneShot = (name) => name[0].toLowerCase() + name.slice(1);

/** The formats of zlib. */
const formats = [
  format('gzip', 'Gzip', 'Gunzip'),
  format('deflate', 'Deflate', 'Inflate'),
  format('deflateRaw', 'DeflateRaw', 'InflateRaw'),
];

const brotli = format('brotli', 'BrotliCompress', 'BrotliDecompress');
const zstd = format('zstd', 'ZstdCompress', 'ZstdDecompress');

/** All formats. */
const allFormats = [...formats, brotli, zstd];
/** Those that this Node has too. */
const knownFormats = allFormats.filter(({ zlibEncode }) => zlibEncode !== undefined);

/** Every transform by the name of its class, with Node's factory of the same name, where it has one. */
const allTransforms = [
  'Gzip',
  'Gunzip',
  'Deflate',
  'Inflate',
  'DeflateRaw',
  'InflateRaw',
  'Unzip',
  'BrotliCompress',
  'BrotliDecompress',
  'ZstdCompress',
  'ZstdDecompress',
].map((name) => ({
  name,
  create: sluice[`create${name}`],
  zlibCreate: isOracle(name) ? zlib[`create${name}`] : undefined,
  run: sluice[oneShot(name)],
  runSync: sluice[`${oneShot(name)}Sync`],
  zlibRun: zlib[oneShot(name)],
  zlibRunSync: zlib[`${oneShot(name)}Sync`],
}));
/** Those of zlib. */
const transforms = allTransforms.slice(0, 7);
/** Those that this Node has too. */
const knownTransforms = allTransforms.filter(({ zlibCreate }) => zlibCreate !== undefined);

module.exports = {
  allFormats,
  allTransforms,
  formats,
  knownFormats,
  knownTransforms,
  oneShot,
  transforms,
};
