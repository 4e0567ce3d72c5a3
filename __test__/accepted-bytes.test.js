'use strict';

const { createWriteStream } = require('..');
const { lines } = require('./support/data');
const { useFolder } = require('./support/folder');
const {
  collect,
  destroyAfterEach,
  pausedTransform,
  settled,
  stuckWritable,
  track,
} = require('./support/streams');

destroyAfterEach();
const file = useFolder();

describe('1. Accepted bytes are those handed over by write() and not yet consumed', () => {
  test('a sink that has taken nothing has consumed nothing', async () => {
    const stream = stuckWritable();
    stream.write(Buffer.alloc(700));
    stream.write('é'.repeat(50));
    // Time enough for the stage to take the bytes, and to count them wrongly.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(stream.writableLength).toBe(800);
    expect(stream.bytesWritten).toBe(0);
    expect(stream.pressure).toMatchObject({ buffered: 800, bytesIn: 800, bytesOut: 0 });
  });

  test('a codec consumes what it has read: the reader, not the write, makes it go on', async () => {
    const stream = pausedTransform();
    const bytes = lines(5000);
    expect(stream.write(bytes)).toBe(false);
    await settled(stream);
    const consumed = stream.bytesWritten;
    expect(stream.writableLength).toBe(bytes.length - consumed);
    expect(consumed).toBeLessThan(bytes.length);
    stream.end();
    await collect(stream);
    expect(stream.bytesWritten).toBe(bytes.length);
    expect(stream.writableLength).toBe(0);
  });

  test('a file has consumed what the operating system has taken', async () => {
    const path = file('target');
    const stream = track(createWriteStream(path));
    await new Promise((resolve) => stream.write('taken', resolve));
    expect(require('node:fs').readFileSync(path, 'utf8')).toBe('taken');
    expect(stream.bytesWritten).toBe(5);
    expect(stream.writableLength).toBe(0);
  });
});
