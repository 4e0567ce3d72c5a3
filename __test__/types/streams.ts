// What the streams are to TypeScript: Node's own classes, with more.

import * as fs from 'node:fs';
import { Readable, Transform, Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import * as sluice from 'sluice';
import {
  createDeflate,
  createDeflateRaw,
  createGunzip,
  createGzip,
  createInflate,
  createInflateRaw,
  createReadStream,
  createSlowWritableStream,
  createUnzip,
  createWriteStream,
} from 'sluice';

// Every factory returns its class, and every codec stream is a Transform with Flow.
const gzip: sluice.Gzip = createGzip();
const gunzip: sluice.Gunzip = createGunzip();
const deflate: sluice.Deflate = createDeflate();
const inflate: sluice.Inflate = createInflate();
const deflateRaw: sluice.DeflateRaw = createDeflateRaw();
const inflateRaw: sluice.InflateRaw = createInflateRaw();
const unzip: sluice.Unzip = createUnzip();
const codecs: (Transform & sluice.CodecStream & sluice.Flow)[] = [
  gzip,
  gunzip,
  deflate,
  inflate,
  deflateRaw,
  inflateRaw,
  unzip,
];
const classes: (new (options?: sluice.ZlibOptions) => Transform & sluice.CodecStream)[] = [
  sluice.Gzip,
  sluice.Gunzip,
  sluice.Deflate,
  sluice.Inflate,
  sluice.DeflateRaw,
  sluice.InflateRaw,
  sluice.Unzip,
];

const throttle: Transform & sluice.Flow & sluice.Throttle = new sluice.Throttle({
  bytesPerSecond: 1,
});
throttle.toWeb().readable.getReader();

// A sink is a Writable with Flow, and nothing to read from.
const file: sluice.WriteStream = createWriteStream('file');
const slow: sluice.SlowWritable = createSlowWritableStream();
const sinks: (Writable & sluice.Flow)[] = [file, slow];
// @ts-expect-error: a sink is not a Readable
const readable: Readable = file;
// @ts-expect-error: nor a Transform
const transform: Transform = slow;

// A source is a Readable, and nothing to write to.
const source: sluice.ReadStream = createReadStream('file');
const origin: Readable = source;
// @ts-expect-error: a source is not a Writable
const writable: Writable = source;

export async function composes(): Promise<void> {
  await pipeline(fs.createReadStream('file'), gzip, file);
  await pipeline(fs.createReadStream('file'), createGzip(), createGunzip(), slow);
  await finished(fs.createReadStream('file').pipe(deflate).pipe(inflate).pipe(file));
  await pipeline(source, createGzip(), file);
  for await (const chunk of gzip) console.log(chunk);
  const web = Transform.toWeb(gzip);
  console.log(web, Writable.toWeb(file), Readable.toWeb(source));
  await using scoped = createGzip();
  console.log(scoped);
}

export async function flow(stream: sluice.Flow & Writable): Promise<void> {
  if (!stream.write('data')) await stream.ready();
  const room: boolean = stream.writableLength < stream.writableLowWaterMark;
  const { buffered, peak, highWaterMark, lowWaterMark, hardLimit, needDrain } = stream.pressure;
  const { falseWrites, drains, bytesIn, bytesOut, readable: output } = stream.pressure;
  const numbers: number[] = [buffered, peak, highWaterMark, lowWaterMark, hardLimit];
  numbers.push(falseWrites, drains, bytesIn, bytesOut);
  const waiting: boolean = needDrain;
  // @ts-expect-error: only a Transform has a readable side
  const peakOfOutput: number = output.peak;
  // @ts-expect-error: the mark is set by the constructor
  stream.writableLowWaterMark = 1;
  // @ts-expect-error: ready() has no value
  const value: number = await stream.ready();
  console.log(room, numbers, waiting, peakOfOutput, value);
}

export function codecMembers(stream: sluice.CodecStream): void {
  stream.flush();
  stream.flush(() => {});
  stream.flush(sluice.constants.Z_SYNC_FLUSH, () => {});
  stream.close();
  stream.close((error) => console.log(error?.message));
  const bytes: number = stream.bytesWritten;
  // @ts-expect-error: counted by the codec
  stream.bytesWritten = bytes;
  // @ts-expect-error: a kind of flush is a number
  stream.flush('sync');
}

export function fileMembers(stream: sluice.WriteStream): void {
  const path: string | Buffer | undefined = stream.path;
  const fd: number | null = stream.fd;
  const pending: boolean = stream.pending;
  const bytes: number = stream.bytesWritten;
  stream.on('open', (descriptor) => console.log(descriptor.toFixed()));
  stream.once('ready', () => console.log(path, fd, pending, bytes));
  stream.on('error', (error) => console.log(error.message));
  stream.on('pipe', (source) => source.pause());
  stream.on('an event of the program', (value) => console.log(value));
  stream.close();
  stream.close((error) => console.log(error?.code));
}

export function sourceMembers(stream: sluice.ReadStream): void {
  const path: string | Buffer | undefined = stream.path;
  const fd: number | null = stream.fd;
  const pending: boolean = stream.pending;
  const { readable, bytesIn, bytesOut } = stream.pressure;
  const { buffered, peak, highWaterMark, lowWaterMark } = readable;
  const numbers: number[] = [bytesIn, bytesOut, buffered, peak, highWaterMark, lowWaterMark];
  numbers.push(stream.bytesRead, stream.readableLength);
  stream.on('open', (descriptor) => console.log(descriptor.toFixed()));
  stream.once('ready', () => console.log(path, fd, pending, numbers));
  stream.on('data', (chunk) => console.log(chunk.length));
  stream.on('error', (error) => console.log(error.message));
  stream.on('an event of the program', (value) => console.log(value));
  stream.close();
  stream.close((error) => console.log(error?.code));
  // @ts-expect-error: counted by the stream
  stream.bytesRead = 1;
  // @ts-expect-error: there is nothing to write to
  console.log(stream.pressure.falseWrites);
}

export function slowMembers(stream: sluice.SlowWritable): void {
  const numbers: number[] = [stream.bytesPerSecond, stream.latency, stream.bytesWritten];
  const path: string | Buffer | undefined = stream.path;
  console.log(numbers, path);
}

const sync: 2 = sluice.constants.Z_SYNC_FLUSH;
// @ts-expect-error: constants are constant
sluice.constants.Z_SYNC_FLUSH = 2;

console.log(codecs, classes, sinks, readable, transform, origin, writable, sync);

const observation = sluice.observe({ gzip: sluice.createGzip() }, process.stdout);
observation.stallAfter = 200;
const { stages, edges } = observation.snapshot();
const reasons: string | null = observation.verdict().reason;
console.log(stages[0]?.recent.blockedBy.disk, edges[0]?.[1], reasons, `${observation.verdict()}`);
const written: Promise<void> = observation.report('pressure.html', { title: 'Nightly' });
void observation.report(new URL('file:///tmp/pressure.html')).then(() => written);
const served: Promise<{ url: string; port: number }> = observation.serve({ port: 0 });
void observation.serve().then(({ close }) => close().then(() => served));
// @ts-expect-error: where?
void observation.report();
// @ts-expect-error: a port is a number
void observation.serve({ port: '80' });
// @ts-expect-error: what?
sluice.observe();
// @ts-expect-error: no stream
sluice.observe({ a: 1 });
