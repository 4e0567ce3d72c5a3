'use strict';

const { printed, reported } = require('./support/program');

/** node:stream/iter is there in Node 26, and where it was brought back to, behind a flag. */
const FLAG = '--experimental-stream-iter';
const describeWithIter = process.allowedNodeEnvironmentFlags.has(FLAG) ? describe : describe.skip;
const [major, minor] = process.versions.node.split('.').map(Number);
/** The writers of Node 26.12 begin to listen for a 'drain' that may have come, and wait for ever; node:zlib's too. */
const testPipeTo = major > 26 || (major === 26 && minor > 10) ? test.skip : test;
const options = { flags: [FLAG, '--no-warnings'] };

const PRELUDE = `
  const iter = require('node:stream/iter');
  const zlib = require('node:zlib');
  const { once } = require('node:events');
  const { Writable } = require('node:stream');
  const { setTimeout: sleep } = require('node:timers/promises');
  const text = 'Some data\\n'.repeat(50_000);
  const data = Buffer.from(text);
  const print = (result) => console.log(JSON.stringify(result));
`;
const program = (body) => `${PRELUDE}(async () => {${body}})();`;

describeWithIter('node:stream/iter', () => {
  test.each(['iter.fromReadable(stream)', 'iter.from(stream)', 'iter.pull(stream, (c) => c)'])(
    '%s gives all that a decoder gives',
    async (source) => {
      const body = `
        const stream = sluice.createGunzip();
        stream.end(zlib.gzipSync(data));
        print((await iter.text(${source})) === text);`;
      expect(await printed(program(body), options)).toBe('true\n');
    },
  );

  test('fromReadable() fails as the decoder does, and destroys it when it is left', async () => {
    const body = `
      const broken = sluice.createGunzip();
      broken.end(zlib.gzipSync(data).subarray(0, -1));
      const code = await iter.bytes(iter.fromReadable(broken)).catch((error) => error.code);
      const left = sluice.createGunzip();
      left.end(zlib.gzipSync(Buffer.alloc(5e6)));
      for await (const batch of iter.fromReadable(left)) break;
      print({ code, destroyed: left.destroyed });`;
    const result = await reported(program(body), options);
    expect(result).toEqual({ code: 'Z_BUF_ERROR', destroyed: true });
  });

  test.each(['strict', 'unbounded', 'drop-newest'])(
    'fromWritable() with %s back-pressure: canWrite and ondrain() follow the Rust buffer',
    async (backpressure) => {
      const body = `
        const stream = sluice.createSlowWritableStream({ highWaterMark: 10_000, latency: 2 });
        const writer = iter.fromWritable(stream, { backpressure: '${backpressure}' });
        let waits = 0;
        let peak = 0;
        for (let at = 0; at < data.length; at += 1500) {
          if (writer.canWrite === false) {
            waits += 1;
            await iter.ondrain(writer);
            peak = Math.max(peak, stream.writableLength);
          }
          const written = writer.write(data.subarray(at, at + 1500));
          await written;
        }
        const total = await writer.end();
        const { falseWrites } = stream.pressure;
        print({ total, taken: stream.bytesWritten, peak, waits, falseWrites });`;
      const result = await reported(program(body), options);
      expect(result).toMatchObject({ total: 500_000, taken: 500_000 });
      expect(result.falseWrites).toBeGreaterThan(10);
      expect(result.peak).toBeLessThan(11_500);
      // Up to 26.10 a writer without a bound of its own waits within write() alone.
      if (backpressure !== 'unbounded') expect(result.waits).toBeGreaterThan(0);
      expect(result.waits).toBeLessThanOrEqual(result.falseWrites);
    },
  );

  test('fromWritable() of a sink: writev(), end() and fail()', async () => {
    const body = `
      const whole = sluice.createSlowWritableStream({ highWaterMark: 1000 });
      const writer = iter.fromWritable(whole, { backpressure: 'unbounded' });
      await writer.writev([Buffer.alloc(600), Buffer.alloc(600)]);
      const total = await writer.end();
      const fate = async (stuck) => {
        const failed = once(stuck, 'error').catch((error) => error);
        const second = iter.fromWritable(stuck);
        await second.write(Buffer.alloc(1000));
        const full = second.write(Buffer.alloc(1)).then(() => 'written', (error) => error.code ?? error.message);
        const atOnce = await Promise.race([full, sleep(300, 'waits')]);
        second.fail(new Error('enough'));
        await once(stuck, 'close').catch(() => {});
        return [atOnce, await full, stuck.destroyed];
      };
      print({
        total,
        taken: whole.bytesWritten,
        ours: await fate(sluice.createSlowWritableStream({ latency: Infinity, highWaterMark: 1000 })),
        theirs: await fate(new Writable({ highWaterMark: 1000, write() {} })),
      });`;
    const { ours, theirs, ...rest } = await reported(program(body), options);
    expect(rest).toEqual({ total: 1200, taken: 1200 });
    // What becomes of a write beyond the mark differs between versions.
    expect(ours).toEqual(theirs);
    expect(ours[0]).toMatch(/^(waits|ERR_INVALID_STATE)$/);
    expect(ours[2]).toBe(true);
  });

  testPipeTo('pipeTo() from a decoder into an encoder', async () => {
    const body = `
      const gunzip = sluice.createGunzip();
      gunzip.end(zlib.gzipSync(data));
      const deflate = sluice.createDeflate();
      const output = iter.bytes(deflate);
      await iter.pipeTo(gunzip, iter.fromWritable(deflate, { backpressure: 'unbounded' }));
      print(zlib.inflateSync(await output).equals(data));`;
    expect(await printed(program(body), options)).toBe('true\n');
  });
});
