// A module of Sluice stands in for that of `node:zlib`, and says more.

import type * as zlib from 'node:zlib';
import { promisify } from 'node:util';
import * as sluice from 'sluice';
import * as promises from 'sluice/promises';

export const stand: typeof zlib = sluice;
export const imported: typeof import('node:zlib') = sluice;

const input: sluice.InputType[] = [
  'text',
  Buffer.alloc(1),
  new ArrayBuffer(1),
  new DataView(new ArrayBuffer(1)),
];
const dictionary = new Uint16Array(4);

sluice.gzip('text', (error, result) => console.log(error?.message, result.toString()));
sluice.inflateRaw(Buffer.alloc(1), { dictionary }, (_, result) => console.log(result.buffer));
sluice.gunzip(Buffer.alloc(1), { info: true }, (_, { buffer, engine }) => {
  console.log(buffer.length, engine.bytesConsumed);
});
const packed: Buffer<ArrayBuffer> = sluice.brotliCompressSync(input[0] ?? '', { params: { 1: 5 } });
const { buffer, engine } = sluice.gunzipSync(packed, { members: 'first', info: true });
const rest: Buffer | null = engine.rest;
const sum: number = sluice.crc32('text', sluice.crc32(buffer));
const name: string = sluice.codes[-3] ?? '';
const quality: 1 = sluice.constants.BROTLI_PARAM_QUALITY;
// @ts-expect-error: a limit is a number
sluice.gunzipSync(packed, { maxOutputRatio: '10' });
// @ts-expect-error: no such choice
sluice.createGunzip({ members: 'last' });
// @ts-expect-error: an encoder writes one member
sluice.createGzip({ members: 'first' });
// @ts-expect-error: only gzip has a header
sluice.createDeflate({ header: { name: 'file' } });
// @ts-expect-error: a number, or 'auto'
sluice.createGzip({ threads: '2' });
// @ts-expect-error: a callback is needed
sluice.gzip('text');
// @ts-expect-error: constants are constant
sluice.codes.Z_OK = 0;

sluice.createGzip({ header: { name: 'file', comment: 'x', mtime: new Date(), extra: packed } });
sluice.createGzip({ header: { mtime: 1 }, maxOutputLength: 1, maxOutputRatio: 1.5 });
sluice.createDeflate({ threads: 'auto' }).destroy();
sluice.createGzip({ threads: 2 });
sluice.createZstdCompress({ pledgedSrcSize: 1, params: { 100: 3 }, dictionary });
sluice.createBrotliDecompress({ rejectGarbageAfterEnd: true, flush: 1, finishFlush: 2 });
sluice.createUnzip({ windowBits: 0, memLevel: 9, strategy: 4, chunkSize: 64, level: -1 });
sluice.createGunzip().on('header', (header) => {
  const fields: [string | undefined, string | undefined, number, Buffer | undefined] = [
    header.name,
    header.comment,
    header.mtime,
    header.extra,
  ];
  console.log(fields, header.os.toFixed(), header.text ? 1 : 0);
});

export async function asPromises(): Promise<void> {
  const bytes: Buffer = await promises.zstdCompress('text', { pledgedSrcSize: 4 });
  const { engine: decoder } = await promises.unzip(bytes, { info: true });
  const unzip: sluice.Unzip = decoder;
  const other: Buffer = await promisify(sluice.gzip)('text', { level: 9 });
  const old: Buffer = await promisify(sluice.inflate)(bytes);
  console.log(unzip.rest, other, old);
}

export function streamMembers(deflate: sluice.Deflate): void {
  deflate.params(9, sluice.constants.Z_FILTERED, () => deflate.reset());
  deflate.flush(sluice.constants.Z_SYNC_FLUSH, (error) => console.log(error?.message));
  const read: number = deflate.bytesConsumed;
  // @ts-expect-error: brotli has no level
  sluice.createBrotliCompress().params(1, 0, () => {});
  console.log(read);
}

console.log(rest, sum, name, quality);

// The names that @types/node has beside the classes.
export const names: [sluice.Zlib, sluice.ZlibReset, sluice.ZlibParams] = [
  sluice.createGzip(),
  sluice.createGunzip(),
  sluice.createDeflate(),
];
const callback: sluice.CompressCallback = (error, result) => void [error?.message, result.length];
sluice.gzip('text', callback);
