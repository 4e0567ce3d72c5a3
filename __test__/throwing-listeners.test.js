'use strict';

const { reported } = require('./support/program');

/** Runs a program that survives its errors, and gives their messages and what it noted. */
const survive = (program) =>
  reported(`
    const thrown = [];
    const noted = [];
    process.on('uncaughtException', ({ message }) => thrown.push(message));
    process.on('exit', () => console.log(JSON.stringify({ thrown, noted })));
    const fail = (message) => { throw new Error(message); };
    ${program}
  `);

test('whoever hears of it is in the context of the stream', async () => {
  const contexts = await reported(`
    const { AsyncLocalStorage } = require('node:async_hooks');
    const storage = new AsyncLocalStorage();
    const contexts = [];
    process.on('uncaughtException', ({ message }) => contexts.push([message, storage.getStore()]));
    process.on('exit', () => console.log(JSON.stringify(contexts)));
    storage.run('request 1', () => {
      const s = sluice.createGzip();
      s.resume();
      s.on('drain', () => { throw new Error('drain'); });
      // Corked, so that the codec cannot take the bytes as fast as they come: write() returns false, and 'drain' is due.
      s.cork();
      s.write(Buffer.alloc(1e6), () => { throw new Error('callback'); });
      s.uncork();
    });
  `);
  expect(contexts).toEqual([
    ['drain', 'request 1'],
    ['callback', 'request 1'],
  ]);
});

describe('a listener that throws costs nobody else anything', () => {
  test("in 'drain': the callbacks behind it come, and the stream goes on", async () => {
    const result = await survive(`
      const s = sluice.createSlowWritableStream({ highWaterMark: 10 });
      s.once('drain', () => fail('drain'));
      s.write(Buffer.alloc(10), () => {
        noted.push('first');
        s.on('drain', () => { noted.push('drain'); s.end(); });
        noted.push(s.write(Buffer.alloc(20), () => noted.push('second')));
      });
      s.on('finish', () => noted.push('finish', s.bytesWritten));
    `);
    expect(result.thrown).toEqual(['drain']);
    const expected = ['first', false, 'drain', 'second', 'finish', 30];
    expect(result.noted).toEqual(expected);
  });

  test('in a callback of write(): the others come, once each and in order', async () => {
    const result = await survive(`
      const s = sluice.createGzip().resume();
      for (let i = 0; i < 10; i += 1) {
        s.write('x', () => { noted.push(i); if (i % 3 === 0) fail('callback ' + i); });
      }
      s.end();
      s.on('end', () => noted.push('end'));
    `);
    expect(result.thrown).toEqual([0, 3, 6, 9].map((i) => `callback ${i}`));
    expect(result.noted).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 'end']);
  });

  test('in a callback that fails on destroy: the others come, too', async () => {
    const result = await survive(`
      const s = sluice.createSlowWritableStream({ latency: Infinity });
      for (let i = 0; i < 4; i += 1) {
        s.write('x', ({ code }) => { noted.push(i, code); if (i < 2) fail('callback ' + i); });
      }
      s.on('close', () => noted.push('close'));
      s.destroy();
    `);
    expect(result.thrown).toEqual(['callback 0', 'callback 1']);
    expect(result.noted.filter(Number.isInteger)).toEqual([0, 1, 2, 3]);
    expect(result.noted).toContain('close');
  });

  test("in 'data': the stream can be resumed, and gives all bytes", async () => {
    const result = await survive(`
      const s = sluice.createGunzip({ chunkSize: 1000, readableHighWaterMark: 2000 });
      let total = 0;
      s.on('data', (chunk) => { total += chunk.length; if (total < 5000) fail('data'); });
      s.on('end', () => noted.push('end', total));
      process.on('uncaughtException', () => setImmediate(() => s.pause().resume()));
      s.end(require('node:zlib').gzipSync(Buffer.alloc(20_000)));
    `);
    expect(result.thrown.length).toBeGreaterThan(0);
    expect(result.noted).toEqual(['end', 20_000]);
  });

  test.each([
    ['open', "sluice.createWriteStream('/dev/null')"],
    ['ready', "sluice.createWriteStream('/dev/null')"],
    ['finish', 'sluice.createSlowWritableStream()'],
    ['close', 'sluice.createSlowWritableStream()'],
    ['readable', 'sluice.createGzip()'],
    ['data', 'sluice.createGzip()'],
    ['end', 'sluice.createGzip().resume()'],
  ])("in '%s': other streams go on", async (event, create) => {
    const result = await survive(`
      const others = [];
      for (let i = 0; i < 20; i += 1) {
        const bad = ${create};
        bad.on('${event}', () => fail('${event}'));
        bad.end('x');
        const good = sluice.createGzip();
        good.on('end', () => noted.push(i)).resume().end('x');
      }
    `);
    expect(result.thrown.length).toBeGreaterThanOrEqual(20);
    expect(new Set(result.thrown)).toEqual(new Set([event]));
    expect(result.noted.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test("an 'error' that nobody listens to is uncaught, once", async () => {
    const result = await survive(`
      const s = sluice.createWriteStream('/no/such/folder');
      s.write('x', ({ code }) => noted.push(code));
      const g = sluice.createGzip();
      g.on('end', () => noted.push('end')).resume().end('x');
    `);
    expect(result.thrown).toEqual([expect.stringContaining('ENOENT')]);
    expect(result.noted.sort()).toEqual(['ENOENT', 'end']);
  });
});
