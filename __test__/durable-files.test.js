'use strict';

const fs = require('node:fs');
const { pipeline } = require('node:stream/promises');
const zlib = require('node:zlib');
const { createGzip, createReadStream, createSlowWritableStream, createWriteStream } = require('..');
const { useFolder } = require('./support/folder');
const { closed, destroyAfterEach, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();
const onLinux = process.platform === 'linux' ? test : test.skip;
const BYTES = Buffer.alloc(3_000_000, 'on the disk ');

const durable = (target, options) =>
  track(createWriteStream(target, { ...options, durable: true }));

async function written(stream, ...chunks) {
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await closed(stream);
}

/** Whether the callback of a first write got an error, and then how the stream ended. */
async function fate(stream) {
  stream.on('error', () => {});
  const done = closed(stream);
  const told = new Promise((resolve) => stream.write('bytes', resolve));
  stream.end();
  await done;
  return [await told, stream.errored, stream.writableFinished];
}

// That the bytes are on the disk by then is seen by system calls: scripts/faults, and src/sink/tests/.
describe('a file with durable', () => {
  test.each([
    ['by path', {}, BYTES],
    ['at its end', { flags: 'a' }, Buffer.concat([Buffer.from('old'), BYTES])],
    ['from a position', { flags: 'r+', start: 2 }, Buffer.concat([Buffer.from('ol'), BYTES])],
    ['in the place of another', { atomic: true }, BYTES],
  ])('has all that was written, %s', async (_, options, expected) => {
    fs.writeFileSync(file('file'), 'old');
    const stream = durable(file('file'), options);
    expect(stream.durable).toBe(true);
    await written(
      stream,
      BYTES.subarray(0, 5),
      BYTES.subarray(5, 100_000),
      BYTES.subarray(100_000),
    );
    expect(fs.readFileSync(file('file')).equals(expected)).toBe(true);
    expect(stream.bytesWritten).toBe(BYTES.length);
  });

  test('tells of each write in turn', async () => {
    const stream = durable(file('file'));
    const told = [];
    for (let n = 0; n < 50; n += 1) stream.write(`${n} `, () => told.push(n));
    stream.end();
    await closed(stream);
    expect(told).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  test('given as a descriptor, and behind a slow writer', async () => {
    const fd = fs.openSync(file('given'), 'w');
    await written(durable('', { fd }), BYTES);
    expect(fs.readFileSync(file('given')).equals(BYTES)).toBe(true);
    const destination = { path: file('slow'), durable: true };
    await written(track(createSlowWritableStream({ destination })), 'slow');
    expect(fs.readFileSync(file('slow'), 'utf8')).toBe('slow');
  });

  test('at the end of a native pipeline', async () => {
    fs.writeFileSync(file('source'), BYTES);
    await pipeline(createReadStream(file('source')), createGzip(), durable(file('zipped')));
    expect(zlib.gunzipSync(fs.readFileSync(file('zipped'))).equals(BYTES)).toBe(true);
  });

  onLinux('that cannot be brought to a disk fails, and its writes with it', async () => {
    const [told, error, finished] = await fate(durable('/dev/null'));
    expect(error).toMatchObject({ code: 'EINVAL', syscall: 'fdatasync', path: '/dev/null' });
    expect([told, finished]).toEqual([error, false]);
    // Without durable it is written to at once, and with flush it fails at the end.
    expect(await fate(track(createWriteStream('/dev/null')))).toEqual([null, null, true]);
    const [write, end] = await fate(track(createWriteStream('/dev/null', { flush: true })));
    expect([write, end.syscall]).toEqual([null, 'fsync']);
  });
});
