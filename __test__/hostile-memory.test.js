'use strict';

// Memory that changes under a codec: resized, transferred, shared with a thread that writes to it. Never a crash, and
// where nobody writes at the same time, what Node does.

const { Worker } = require('node:worker_threads');
const zlib = require('node:zlib');
const sluice = require('..');
const { allFormats, allTransforms, oneShot } = require('./support/codecs');
const { lines } = require('./support/data');
const { collect, destroyAfterEach, through, thrown, track } = require('./support/streams');

destroyAfterEach();

const detach = (view) => structuredClone(view.buffer, { transfer: [view.buffer] });
const outcome = (call) => {
  const error = thrown(call);
  return error ? [error.name, error.code] : 'taken';
};

describe.each(allFormats)('$name', ({ encode, encodeSync, decodeSync, zlibEncode }) => {
  test('a detached view is empty, or refused as by Node', () => {
    for (const make of [
      () => new Uint8Array(100),
      () => new Float64Array(100),
      () => new DataView(new ArrayBuffer(100)),
    ]) {
      const view = make();
      const { buffer } = view;
      detach(view);
      for (const input of [view, buffer]) {
        if (zlibEncode)
          expect(outcome(() => encodeSync(input))).toEqual(outcome(() => zlibEncode(input)));
        else thrown(() => encodeSync(input));
      }
    }
  });

  test('a detached chunk is refused as by Node, and a detached Buffer is empty', async () => {
    for (const make of [() => new Uint8Array(100), () => Buffer.from(new ArrayBuffer(100))]) {
      const outcomes = [encode, zlib.createGzip].map((create) => {
        const stream = track(create());
        const view = make();
        detach(view);
        return [outcome(() => stream.write(view)), stream.writableLength, stream.destroyed];
      });
      expect(outcomes[0]).toEqual(outcomes[1]);
    }
    const stream = track(encode());
    stream.write(new Uint8Array(0));
    stream.end(Buffer.alloc(0));
    expect(decodeSync(await collect(stream))).toHaveLength(0);
  });

  test('a view whose buffer shrinks has what is left', () => {
    const buffer = new ArrayBuffer(100, { maxByteLength: 1000 });
    const [tracking, fixed] = [new Uint8Array(buffer), new Uint8Array(buffer, 10, 50)];
    tracking.fill(7);
    expect(decodeSync(encodeSync(tracking)).length).toBe(100);
    buffer.resize(1000);
    expect(decodeSync(encodeSync(tracking)).length).toBe(1000);
    buffer.resize(20);
    expect(decodeSync(encodeSync(tracking)).length).toBe(20);
    // Out of bounds, its length is 0.
    expect(decodeSync(encodeSync(fixed)).length).toBe(0);
    buffer.resize(0);
    expect(decodeSync(encodeSync(tracking)).length).toBe(0);
  });

  test('what is transferred or resized behind a write was copied', async () => {
    const stream = track(encode());
    const output = collect(stream);
    const written = [];
    for (const change of [detach, (view) => view.buffer.resize(0), (view) => view.fill(0)]) {
      const view = new Uint8Array(new ArrayBuffer(50_000, { maxByteLength: 50_000 }));
      view.set(lines(2000).subarray(0, 50_000));
      written.push(Buffer.from(view));
      stream.write(view);
      change(view);
    }
    stream.end();
    expect(decodeSync(await output).equals(Buffer.concat(written))).toBe(true);
  });

  test('a callback function has copied it, too', async () => {
    const view = new Uint8Array(50_000).fill(7);
    const run =
      sluice[
        Object.keys(sluice)
          .find((key) => sluice[key] === encodeSync)
          .slice(0, -4)
      ];
    const packed = new Promise((resolve) => run(view, (_, bytes) => resolve(bytes)));
    detach(view);
    expect(decodeSync(await packed).equals(Buffer.alloc(50_000, 7))).toBe(true);
  });
});

describe('memory that another thread writes to', () => {
  let worker;
  const shared = new SharedArrayBuffer(1 << 16);
  const bytes = new Uint8Array(shared);

  beforeAll(async () => {
    const source = `
      const { workerData, parentPort } = require('node:worker_threads');
      const bytes = new Uint8Array(workerData);
      parentPort.postMessage('ready');
      for (let i = 0; Atomics.load(new Int32Array(workerData, 0, 1), 0) !== -1; i += 1) {
        for (let at = 4; at < bytes.length; at += 1 + (i % 5)) bytes[at] = i * at;
      }
    `;
    worker = new Worker(source, { eval: true, workerData: shared });
    await new Promise((resolve) => worker.once('message', resolve));
  });

  afterAll(async () => {
    Atomics.store(new Int32Array(shared, 0, 1), 0, -1);
    await worker.terminate();
  });

  test.each(allFormats)('$name: compresses something, that can be read', async (format) => {
    for (let i = 0; i < 20; i += 1) {
      for (const input of [bytes, bytes.subarray(3, 5000), shared, new DataView(shared)]) {
        expect(format.decodeSync(format.encodeSync(input)).length).toBe(input.byteLength);
      }
    }
    const packed = await through(track(format.encode()), [bytes, bytes.subarray(1)]);
    expect(format.decodeSync(packed).length).toBe(2 * bytes.length - 1);
  });

  test.each(allTransforms)('$name: fails or not, and lives', async ({ name, create }) => {
    const runSync = sluice[`${oneShot(name)}Sync`];
    const magic = { Gunzip: 'gzip', Unzip: 'gzip', Inflate: 'deflate', InflateRaw: 'deflateRaw' }[
      name
    ];
    const begin = magic ? zlib[`${magic}Sync`](lines(100)).subarray(0, 500) : Buffer.alloc(0);
    for (let i = 0; i < 50; i += 1) {
      bytes.set(begin, 4);
      thrown(() => runSync(bytes.subarray(4), { dictionary: bytes.subarray(100, 200) }));
      const stream = track(create({ dictionary: shared }).on('error', () => {})).resume();
      stream.write(bytes.subarray(4));
      stream.destroy();
    }
  });

  test('crc32 of it is some number', () => {
    for (let i = 0; i < 100; i += 1) expect(sluice.crc32(bytes)).toBeGreaterThanOrEqual(0);
  });
});
