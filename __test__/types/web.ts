// What the streams are to the Web.

import {
  CompressionStream,
  DecompressionStream,
  type ReadableStream,
  type WritableStream,
} from 'node:stream/web';
import {
  createGunzip,
  createGzip,
  createReadStream,
  createSlowWritableStream,
  createWriteStream,
} from 'sluice';

const chunk = new Uint8Array(8);

// A sink or a source gives one stream, a Transform two.
const sinks: WritableStream<Uint8Array>[] = [
  createWriteStream('file').toWeb(),
  createSlowWritableStream().toWeb(),
];
const source: ReadableStream<Uint8Array> = createReadStream('file').toWeb();
const { readable, writable } = createGzip().toWeb();
// @ts-expect-error: a sink has nothing to read
createSlowWritableStream().toWeb().readable;
// @ts-expect-error: and takes bytes and strings
void sinks[0]!.getWriter().write(5);
void createWriteStream('file').toWeb().getWriter().write('text');
void writable.getWriter().write(chunk.buffer);

// They compose with the platform's.
export async function composes(): Promise<string> {
  await source.pipeThrough(createGzip().toWeb()).pipeTo(createWriteStream('file').toWeb());
  await readable.pipeTo(new DecompressionStream('gzip').writable);
  const decoded = new Blob(['text'])
    .stream()
    .pipeThrough(new CompressionStream('gzip'))
    .pipeThrough(createGunzip().toWeb());
  for await (const piece of decoded) void structuredClone(piece, { transfer: [piece.buffer] });
  return new Response(new CompressionStream('gzip').readable).text();
}
