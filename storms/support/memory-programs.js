'use strict';

// What is done while memory is refused. Each rejects when a stream fails, or when the bytes are wrong.

const assert = require('node:assert');
const { pipeline } = require('node:stream/promises');
const zlib = require('node:zlib');
const sluice = require('../..');
const { lines, noise, pieces } = require('../../__test__/support/data');
const { through } = require('../../__test__/support/streams');

const text = Buffer.concat([lines(20_000), noise(400_000)]);
const {
  BROTLI_DECODER_PARAM_LARGE_WINDOW: largeWindow,
  ZSTD_c_jobSize,
  ZSTD_c_nbWorkers,
} = sluice.constants;

const decoded = (bytes) => assert.ok(bytes.equals(text), 'other bytes');
const encode = async (stream) => through(stream, pieces(text, 50_000));
const decode = async (stream, packed) => decoded(await through(stream, pieces(packed, 50_000)));

/** A gzip member whose header has as long a name as is kept. */
function longName() {
  const member = zlib.gzipSync(text);
  member[3] = 8;
  const name = Buffer.concat([Buffer.alloc(80_000, 'n'), Buffer.from([0])]);
  return Buffer.concat([member.subarray(0, 10), name, member.subarray(10)]);
}

// What is to be decoded is encoded by Node, where it can: the requests counted are to be the decoder's.
const brotli = () =>
  zlib.brotliCompressSync(text, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } });

const programs = {
  gzip: async () => decoded(zlib.gunzipSync(await encode(sluice.createGzip({ level: 1 })))),
  gunzip: () => decode(sluice.createGunzip(), zlib.gzipSync(text)),
  'zstd and back': async () =>
    decode(sluice.createZstdDecompress(), await encode(sluice.createZstdCompress())),
  'zstd on threads, and back': async () => {
    const params = { [ZSTD_c_nbWorkers]: 2, [ZSTD_c_jobSize]: 512 * 1024 };
    await decode(
      sluice.createZstdDecompress(),
      await encode(sluice.createZstdCompress({ params })),
    );
  },
  'gzip on one thread': async () =>
    decoded(zlib.gunzipSync(await encode(sluice.createGzip({ threads: 1 })))),
  'deflate, stored': async () =>
    decoded(zlib.inflateSync(await encode(sluice.createDeflate({ level: 0 })))),
  unbrotli: () => decode(sluice.createBrotliDecompress(), brotli()),
  'unbrotli, whole window': () => {
    const params = { [largeWindow]: 1, 0: 1 };
    return decode(sluice.createBrotliDecompress({ params }), brotli());
  },
  'a long name': () => decode(sluice.createGunzip(), longName()),
  'one-shot gzip': async () => decoded(zlib.gunzipSync(sluice.gzipSync(text))),
  'one-shot gunzip': async () => decoded(sluice.gunzipSync(zlib.gzipSync(text))),
  'one-shot unbrotli': async () => decoded(sluice.brotliDecompressSync(brotli())),
  'one-shot zstd': async () => decoded(sluice.zstdDecompressSync(sluice.zstdCompressSync(text))),
  files: async () => {
    await pipeline(
      sluice.createReadStream(process.execPath, { end: 2_000_000, highWaterMark: 1_000_000 }),
      sluice.createGzip({ level: 1 }),
      sluice.createWriteStream('/dev/null', { highWaterMark: 1_000_000 }),
    );
  },
};

module.exports = { programs };
