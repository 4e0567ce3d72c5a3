// CompressionStream and DecompressionStream, as the platform has them.

import { CompressionStream, DecompressionStream, createGunzip } from 'sluice';

// The names stand in for the globals.
const same: typeof globalThis.CompressionStream = CompressionStream;
const reversed: typeof globalThis.DecompressionStream = DecompressionStream;
const stream = new CompressionStream('deflate-raw');
void stream.writable.getWriter().write(new DataView(new ArrayBuffer(8)));
// @ts-expect-error: strings are not compressed
void stream.writable.getWriter().write('text');
// @ts-expect-error: nor is shared memory
void stream.writable.getWriter().write(new SharedArrayBuffer(8));
// @ts-expect-error: not a format
new DecompressionStream('lz4');
// @ts-expect-error: read-only
stream.readable = reversed.prototype.readable;
void [same, reversed];

export function composes(source: Blob): Promise<string> {
  const web = source
    .stream()
    .pipeThrough(new CompressionStream('gzip'))
    .pipeThrough(createGunzip().toWeb())
    .pipeThrough(new CompressionStream('zstd'))
    .pipeThrough(new DecompressionStream('zstd'));
  return new Response(web).text();
}
