// What the factories accept and refuse.

import { open } from 'node:fs/promises';
import {
  Budget,
  createGzip,
  createReadStream,
  createSlowWritableStream,
  createThrottle,
  createWriteStream,
  Gzip,
  Rate,
  ReadStream,
  WriteStream,
} from 'sluice';

const { signal } = new AbortController();
const marks = {
  highWaterMark: 1024,
  lowWaterMark: 512,
  hardLimit: 4096,
  overflow: 'error',
} as const;

const budget = new Budget({ bytes: 64 * 1024 * 1024 });
budget.bytes = Infinity;
const figures: number = budget.used + budget.peak + budget.waiting;
Budget.default.bytes = figures;
createGzip({ budget, level: 9 }).pressure.budget.used.toFixed();
createReadStream('file', { budget: Budget.default }).pressure.awaitsBudget.valueOf();
createWriteStream('file', { budget });
// @ts-expect-error: how much?
new Budget();
// @ts-expect-error: a budget is made by new
createGzip({ budget: 1024 });
// @ts-expect-error: it is what it is
budget.used = 0;

createGzip({ ...marks, level: 9, windowBits: 15, chunkSize: 64, signal });
createGzip({ writableHighWaterMark: 1, readableHighWaterMark: 1, allowHalfOpen: false });
createGzip({ level: undefined });
new Gzip({ emitClose: false, autoDestroy: false, defaultEncoding: 'latin1' });
// @ts-expect-error: a level is a number
createGzip({ level: 'best' });
// @ts-expect-error: no such policy
createGzip({ overflow: 'drop' });
// @ts-expect-error: bytes, not objects
createGzip({ objectMode: true });
// @ts-expect-error: not an option
createGzip({ highwatermark: 1 });

createWriteStream('file');
createWriteStream(Buffer.from('file'), 'utf8');
createWriteStream(new URL('file:///file'), { ...marks, flags: 'a', mode: 0o600, start: 1 });
createWriteStream('file', {
  encoding: 'hex',
  flush: true,
  autoClose: false,
  emitClose: true,
  signal,
});
createWriteStream('file', { atomic: true, durable: true }).durable satisfies boolean;
createSlowWritableStream({ destination: { path: 'file', atomic: true } });
// @ts-expect-error: yes or no
createWriteStream('file', { atomic: 'yes' });
createWriteStream('', { fd: 1 });
void open('file').then((fd) => createWriteStream('', { fd }));
new WriteStream('file', { flags: 'wx', mode: '600' });
// @ts-expect-error: where to?
createWriteStream();
// @ts-expect-error: no such encoding
createWriteStream('file', 'utf9');
// @ts-expect-error: a descriptor is a number or a FileHandle
createWriteStream('file', { fd: 'stdout' });

createReadStream('file');
createReadStream(Buffer.from('file'), 'utf8');
createReadStream(new URL('file:///file'), { flags: 'r+', mode: 0o600, start: 1, end: Infinity });
createReadStream('file', {
  encoding: 'hex',
  highWaterMark: 1024,
  autoClose: false,
  emitClose: true,
  signal,
});
createReadStream('', { fd: 0, end: 99 });
void open('file').then((fd) => createReadStream('', { fd, encoding: null }));
new ReadStream('file', { mode: '600' });
// @ts-expect-error: of what?
createReadStream();
// @ts-expect-error: no such encoding
createReadStream('file', 'utf9');
// @ts-expect-error: a position is a number
createReadStream('file', { start: '1' });
// @ts-expect-error: bytes are not counted on the way in
createReadStream('file', { lowWaterMark: 1 });

const rate = new Rate({ bytesPerSecond: 1e6, burst: 1000 });
const throttle = createThrottle({ rate, ...marks, budget, signal });
throttle.rate.bytesPerSecond = throttle.burst + rate.burst;
rate.burst = undefined;
createThrottle({ bytesPerSecond: Infinity }).clocks.blocked.throttle.toFixed();
// @ts-expect-error: how fast?
createThrottle();
// @ts-expect-error: the one or the other
createThrottle({ rate, bytesPerSecond: 5 });
// @ts-expect-error: a rate is made by new
createThrottle({ rate: { bytesPerSecond: 5 } });

createSlowWritableStream({ ...marks, bytesPerSecond: 64 * 1024, latency: 20, signal });
createSlowWritableStream({ destination: 'file' });
createSlowWritableStream({ destination: Buffer.from('file') });
createSlowWritableStream({ destination: { path: new URL('file:///file'), flags: 'a' } });
// @ts-expect-error: a rate is a number
createSlowWritableStream({ bytesPerSecond: '1k' });
// @ts-expect-error: a destination has a path
createSlowWritableStream({ destination: { flags: 'a' } });
