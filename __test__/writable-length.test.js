'use strict';

const { lines } = require('./support/data');
const {
  collect,
  destroyAfterEach,
  pausedTransform,
  settled,
  stuckWritable,
  writeAll,
} = require('./support/streams');

destroyAfterEach();

describe('2. writableLength is the bytes accepted and not consumed', () => {
  test('it counts every accepted byte, whatever the chunk is made of', () => {
    const stream = stuckWritable({ highWaterMark: 10_000 });
    let expected = 0;
    const chunks = [
      Buffer.alloc(10),
      'abc',
      'é€😀',
      new Uint16Array(5),
      new DataView(new ArrayBuffer(7)),
      new Float64Array(2).subarray(1),
      Buffer.alloc(0),
      '',
      'x'.repeat(3000),
    ];
    for (const chunk of chunks) {
      stream.write(chunk);
      expected += typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.byteLength;
      expect(stream.writableLength).toBe(expected);
    }
    stream.write('6869', 'hex');
    expect(stream.writableLength).toBe(expected + 2);
  });

  test('it counts what a caller who ignores false writes', () => {
    const stream = stuckWritable({ highWaterMark: 100 });
    for (let i = 1; i <= 50; i += 1) {
      expect(stream.write(Buffer.alloc(90))).toBe(i * 90 < 100);
      expect(stream.writableLength).toBe(i * 90);
    }
  });

  test('it counts corked bytes, and bytes that end() was given', () => {
    const stream = stuckWritable();
    stream.cork();
    stream.write('1234');
    expect(stream.writableLength).toBe(4);
    stream.end('56');
    expect(stream.writableLength).toBe(6);
  });

  test('accepted = consumed + writableLength at every moment of a run', async () => {
    const stream = pausedTransform({ highWaterMark: 4096 });
    const bytes = lines(3000);
    const writing = writeAll(stream, [bytes.subarray(0, 50_000), bytes.subarray(50_000)]);
    await settled(stream);
    for (;;) {
      const { bytesIn, buffered } = stream.pressure;
      expect(buffered).toBe(stream.writableLength);
      expect(bytesIn).toBe(stream.bytesWritten + stream.writableLength);
      if (stream.read(700) === null) break;
      await settled(stream);
    }
    const rest = collect(stream);
    await writing;
    await rest;
    expect(stream.writableLength).toBe(0);
    expect(stream.bytesWritten).toBe(bytes.length);
  });

  test('after a destroy nothing is left to consume', async () => {
    const stream = stuckWritable();
    stream.write('gone');
    stream.destroy();
    await new Promise((resolve) => stream.on('close', resolve));
    expect(stream.writableLength).toBe(0);
    expect(stream.bytesWritten).toBe(0);
    expect(stream.pressure.bytesIn).toBe(4);
  });
});
