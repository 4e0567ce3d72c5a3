'use strict';

const fs = require('node:fs');
const { once } = require('node:events');
const { gunzipSync } = require('node:zlib');
const { createGunzip, createGzip, createWriteStream } = require('..');
const { useFolder } = require('./support/folder');
const { collect, destroyAfterEach, failure, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();

// They replace process.nextTick() as well.
beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe("fake timers do not stop a stream, as they do not stop Node's", () => {
  test('a small write arrives', async () => {
    const stream = track(createWriteStream(file('target')));
    await new Promise((resolve) => stream.write('x', resolve));
    expect(fs.readFileSync(file('target'), 'utf8')).toBe('x');
  });

  test('a codec ends', async () => {
    const stream = track(createGzip());
    stream.end('x');
    expect(gunzipSync(await collect(stream)).toString()).toBe('x');
  });

  test('a decoder fails, and a destroy calls the callbacks', async () => {
    const bad = track(createGunzip()).resume();
    bad.end('nonsense');
    expect((await failure(bad)).code).toBe('Z_DATA_ERROR');
    const stream = track(createGzip({ level: 0 }));
    const called = new Promise((resolve) => stream.write(Buffer.alloc(1e6), resolve));
    stream.destroy();
    expect((await called).code).toBe('ERR_STREAM_DESTROYED');
  });

  test('a file closes', async () => {
    const stream = track(createWriteStream(file('target')));
    stream.end();
    await once(stream, 'close');
    await new Promise((resolve) => stream.close(resolve));
  });
});
