'use strict';

const { once } = require('node:events');
const { gunzipSync } = require('node:zlib');
const { constants, createGzip } = require('..');
const { lines, noise } = require('./support/data');
const {
  closed,
  collect,
  destroyAfterEach,
  pausedTransform,
  settled,
  track,
} = require('./support/streams');

destroyAfterEach();

describe('9. flush, end and destroy take their place among the bytes', () => {
  test('each flush brings out what came before it, and no more', async () => {
    const stream = track(createGzip());
    const output = [];
    stream.on('data', (chunk) => output.push(chunk));
    let expected = '';
    for (let i = 0; i < 50; i += 1) {
      const part = `part ${i} `.repeat(i);
      stream.write(part);
      expected += part;
      const flushed = new Promise((resolve) => stream.flush(constants.Z_SYNC_FLUSH, resolve));
      stream.write('!');
      await flushed;
      // The reading that tells of the bytes may come a moment after the callback.
      await new Promise(setImmediate);
      const soFar = gunzipSync(Buffer.concat(output), { finishFlush: constants.Z_SYNC_FLUSH });
      expect(soFar.toString().startsWith(expected)).toBe(true);
      expected += '!';
    }
    stream.end();
    await once(stream, 'end');
    expect(gunzipSync(Buffer.concat(output)).toString()).toBe(expected);
  });

  test('flushes queue behind bytes that a busy codec has not taken', async () => {
    const stream = pausedTransform({ level: 1 });
    const bytes = noise(300_000);
    const order = [];
    stream.write(bytes, () => order.push('write'));
    for (let i = 0; i < 20; i += 1) stream.flush(() => order.push(`flush ${i}`));
    stream.end(() => order.push('end'));
    await settled(stream);
    expect(order).toEqual([]);
    expect(gunzipSync(await collect(stream)).equals(bytes)).toBe(true);
    expect(order).toEqual(['write', ...Array.from({ length: 20 }, (_, i) => `flush ${i}`), 'end']);
  });

  test('flushed or not, the bytes are the same', async () => {
    const bytes = lines(3000);
    for (let every = 1; every < 4000; every *= 3) {
      const stream = track(createGzip());
      const output = collect(stream);
      for (let at = 0, n = 0; at < bytes.length; at += 1000, n += 1) {
        stream.write(bytes.subarray(at, at + 1000));
        if (n % every === 0) stream.flush([1, 2, 3][n % 3]);
      }
      stream.end();
      expect(gunzipSync(await output).equals(bytes)).toBe(true);
    }
  });

  test('a destroy overtakes: a codec in full work is stopped, at any moment', async () => {
    for (let turns = 0; turns < 40; turns += 1) {
      const stream = track(createGzip({ level: 9 })).resume();
      for (let i = 0; i < 20; i += 1) stream.write(noise(20_000));
      stream.flush();
      if (turns % 2) stream.end();
      for (let i = 0; i < turns; i += 1) await new Promise(setImmediate);
      const gone = stream.closed ? undefined : closed(stream);
      stream.destroy();
      await gone;
      // The codec lets go of what it was reading.
      while (stream.writableLength > 0) await new Promise(setImmediate);
      stream.flush();
      expect(stream.read()).toBe(null);
    }
  });

  test('what a program does after destroy() does nothing', async () => {
    const stream = pausedTransform();
    stream.write(noise(100_000));
    stream.destroy();
    stream.on('error', () => {});
    stream.flush();
    stream.cork();
    stream.uncork();
    stream.setDefaultEncoding('latin1');
    stream.end();
    stream.destroy();
    stream.close();
    await closed(stream);
    // The codec may be at work on some of it.
    while (stream.pressure.buffered > 0) await new Promise(setImmediate);
    expect(stream.bytesWritten).toBeLessThan(100_000);
  });
});
