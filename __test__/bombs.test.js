'use strict';

/** Bombs of a thousand to one: a paused reader holds them, and a limit ends them. */

const sluice = require('..');
const { FORMATS, makeBomb } = require('../bench/bombs');
const { reported } = require('./support/program');
const { collect, destroyAfterEach, track } = require('./support/streams');

destroyAfterEach();

const BOMBS = JSON.stringify(require.resolve('../bench/bombs'));
const SIZE = 50e6;
const formats = Object.keys(FORMATS);
const bombs = {};
beforeAll(async () => {
  for (const format of formats) bombs[format] = await makeBomb(format, SIZE);
});

const decoder = (format, options) => track(sluice[FORMATS[format].decoder](options));

/** What a decoder gives of a bomb before it fails, and how it fails. */
async function explode(format, options) {
  const stream = decoder(format, options);
  let length = 0;
  stream.on('data', (chunk) => {
    length += chunk.length;
  });
  const error = new Promise((resolve) => stream.once('error', resolve));
  stream.end(bombs[format]);
  const { code } = await error;
  return { code, length };
}

describe.each(formats)('%s', (format) => {
  test('memory stays at the marks while the reader pauses, and while it reads on', async () => {
    const held = await reported(
      `
      const { holdPaused, makeBomb } = require(${BOMBS});
      (async () => {
        const bomb = await makeBomb('${format}', ${SIZE});
        const { growth, stream, taken } = await holdPaused(sluice, '${format}', bomb, 1000);
        const { pressure } = stream;
        const before = process.memoryUsage.rss();
        let most = 0;
        let left = ${SIZE} - taken;
        stream.removeAllListeners('data').on('data', (chunk) => {
          // What the reader has dropped is its own; V8 would let much of it come together.
          if (left % 5e6 < chunk.length) gc();
          left -= chunk.length;
          most = Math.max(most, process.memoryUsage.rss() - before);
        });
        stream.on('end', () => console.log(JSON.stringify({ growth, most, left, taken, pressure })));
        stream.resume();
      })();
    `,
      { flags: ['--expose-gc'] },
    );
    const { pressure, taken, growth, most, left } = held;
    expect(pressure.readable.peak).toBeLessThanOrEqual(pressure.readable.highWaterMark);
    // What was handed over, what waits in Node's half, and what waits in Rust.
    expect(pressure.bytesOut).toBeLessThanOrEqual(taken + 3 * pressure.readable.highWaterMark);
    expect(growth).toBeLessThan(8e6);
    expect(most).toBeLessThan(20e6);
    expect(left).toBe(0);
  });

  test.each([1, 1000, 1_000_000])('maxOutputLength %d ends it there', async (maxOutputLength) => {
    const { code, length } = await explode(format, { maxOutputLength });
    expect({ code, length }).toEqual({ code: 'ERR_BUFFER_TOO_LARGE', length: maxOutputLength });
  });

  test('maxOutputRatio ends it, long before its end, and takes what is within', async () => {
    const { code, length } = await explode(format, { maxOutputRatio: 100 });
    expect(code).toBe('ERR_BUFFER_TOO_LARGE');
    expect(length).toBeLessThan(100 * bombs[format].length + 1e6);
    expect(length).toBeLessThan(SIZE / 2);

    const stream = decoder(format, { maxOutputRatio: 10_000, maxOutputLength: SIZE });
    stream.end(bombs[format]);
    expect((await collect(stream)).length).toBe(SIZE);
  });
});
