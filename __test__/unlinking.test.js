'use strict';

// What needs the bytes of a link in JS takes it apart, at any moment, with none lost and none twice.

const fs = require('node:fs');
const fc = require('fast-check');
const { PassThrough } = require('node:stream');
const zlib = require('node:zlib');
const {
  Gzip,
  createGunzip,
  createGzip,
  createReadStream,
  createSlowWritableStream,
  createWriteStream,
} = require('..');
const { lines } = require('./support/data');
const { useFolder } = require('./support/folder');
const { countLinks, until } = require('./support/links');
const { closed, destroyAfterEach, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();
const counts = countLinks();
const bytes = lines(100_000);

beforeEach(() => fs.writeFileSync(file('source'), bytes));

const later = (action) => new Promise((resolve) => setTimeout(() => resolve(action()), 1));

/**
 * What takes a link apart, each as a function of the link's two streams; some of it only
 * for a while, until the promise resolves: one at a time, or resume() would meet a source without a pipe.
 */
const triggers = {
  "a 'data' listener": (from) => {
    const listener = () => {};
    from.on('data', listener);
    return later(() => from.off('data', listener));
  },
  "a 'data' listener for once": (from) => from.once('data', () => {}),
  "a 'data' listener before the pipe's": (from) => from.prependOnceListener('data', () => {}),
  "a 'readable' listener": (from) => {
    const listener = () => {
      while (from.read() !== null);
    };
    from.on('readable', listener);
    return later(() => from.off('readable', listener) && from.resume());
  },
  'read()': (from) => from.read(),
  'read(size)': (from) => from.read(10),
  'pause() and resume()': (from) => {
    from.pause();
    return later(() => from.resume());
  },
  'unpipe() and pipe()': (from, to) => {
    // Of a source that waits for a drain, with another listener of 'data', Node's unpipe() lets the bytes flow to that.
    if (from.listenerCount('data') > 1) return undefined;
    from.unpipe(to);
    return later(() => from.destroyed || from.readableEnded || from.pipe(to));
  },
  'a second pipe()': (from) => {
    const other = new PassThrough().resume();
    from.pipe(other);
    return later(() => from.unpipe(other));
  },
  'removeAllListeners() of another event': (from) => from.removeAllListeners('resume'),
  'cork() and uncork()': (from, to) => {
    to.cork();
    return later(() => to.uncork());
  },
  "a 'drain' listener": (from, to) => to.once('drain', () => {}),
  'ready()': (from, to) => void to.ready().catch(() => {}),
  'write() of nothing': (from, to) => to.writableEnded || to.write(''),
  'flush() of the source': (from) => from instanceof Gzip && from.flush(() => {}),
  'flush() of the destination': (from, to) => to instanceof Gzip && to.flush(() => {}),
  'params()': (from, to) => {
    if (to instanceof Gzip) to.params(1 + Math.round(Math.random()), 0, () => {});
  },
};

/** Streams in which bytes go the whole way from file to file, and what the target then holds. */
const chains = {
  'a file and a file': [() => [], (output) => output],
  'a file, gzip and a file': [() => [createGzip({ level: 1 })], zlib.gunzipSync],
  'a file, gzip, gunzip and a file': [
    () => [createGzip({ level: 1 }), createGunzip()],
    (output) => output,
  ],
};

function start(make) {
  const streams = [createReadStream(file('source')), ...make(), createWriteStream(file('target'))];
  streams.forEach(track);
  streams.reduce((from, to) => from.pipe(to));
  return { streams, done: closed(streams.at(-1)) };
}

/** Resolves when the first stream has given so many bytes, or is at its end. */
const at = (position, [from]) =>
  until(() => from.bytesRead >= position || from.readableEnded || from.destroyed);

describe.each(Object.entries(chains))('between %s', (_, [make, decode]) => {
  const target = () => decode(fs.readFileSync(file('target')));

  test.each(Object.entries(triggers))('%s', async (_name, trigger) => {
    const { streams, done } = start(make);
    for (let i = 0; i < streams.length - 1; i += 1) {
      await at(((i + 1) * bytes.length) / 6, streams);
      if (!streams[i].readableEnded) await trigger(streams[i], streams[i + 1]);
    }
    await done;
    expect(target().equals(bytes)).toBe(true);
    expect(counts.made).toBeGreaterThanOrEqual(streams.length - 1);
  });

  test('any of it, at any moment', async () => {
    const step = fc.record({
      trigger: fc.constantFrom(...Object.values(triggers)),
      position: fc.nat(bytes.length),
      link: fc.nat(2),
    });
    const property = fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const { streams, done } = start(make);
      steps.sort((a, b) => a.position - b.position);
      for (const { trigger, position, link } of steps) {
        await at(position, streams);
        const [from, to] = streams.slice(link % (streams.length - 1));
        if (!from.readableEnded) await trigger(from, to);
      }
      await done;
      expect(target().equals(bytes)).toBe(true);
    });
    await fc.assert(property, { numRuns: 20 });
  });
});

describe('what the program takes out of a link', () => {
  const begin = async () => {
    const from = track(createReadStream(file('source')));
    const destination = file('target');
    const to = track(createSlowWritableStream({ destination, bytesPerSecond: 2e7 }));
    const done = closed(from.pipe(to));
    await at(bytes.length / 4, [from]);
    expect(counts).toEqual({ made: 1, bytes: 0 });
    return { from, to, done };
  };
  const target = () => fs.readFileSync(file('target'));

  test.each([
    ["by 'data'", (from, see) => from.on('data', see)],
    ['by a second pipe()', (from, see) => from.pipe(new PassThrough().on('data', see))],
    [
      'by read()',
      (from, see) =>
        from.on('readable', () => {
          for (let chunk; (chunk = from.read()) !== null;) see(chunk);
        }),
    ],
    [
      'by setEncoding()',
      (from, see) => from.setEncoding('utf8').on('data', (text) => see(Buffer.from(text))),
    ],
  ])('%s goes on where the link was', async (_, take) => {
    const { from, done } = await begin();
    const position = from.bytesRead;
    const seen = [];
    take(from, (chunk) => seen.push(chunk));
    await done;
    await until(() => Buffer.concat(seen).length >= bytes.length - position - 4 * 65_536);
    const tail = Buffer.concat(seen);
    expect(tail.length).toBeGreaterThan(0);
    expect(bytes.subarray(-tail.length).equals(tail)).toBe(true);
    expect(target().equals(bytes)).toBe(true);
  });

  test('by an iterator is all that the link has not moved', async () => {
    const { from, to } = await begin();
    from.unpipe(to);
    const moved = to.bytesWritten + to.writableLength;
    const chunks = [];
    for await (const chunk of from) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes.subarray(moved))).toBe(true);
    to.end();
    await closed(to);
    expect(target().equals(bytes.subarray(0, moved))).toBe(true);
  });

  test.each([
    ['write()', (from, to, marker) => to.write(marker)],
    ['write(chunk, callback)', (from, to, marker) => to.write(marker, () => {})],
    ['push()', (from, to, marker) => from.push(marker)],
    ['unshift()', (from, to, marker) => from.unshift(marker)],
  ])('what is put in by %s comes once, and in its place', async (_, put) => {
    const { from, to, done } = await begin();
    const marker = Buffer.from('<put in>');
    const moved = to.bytesWritten + to.writableLength;
    put(from, to, marker);
    await done;
    const output = target();
    const place = output.indexOf(marker);
    expect(place).toBeGreaterThanOrEqual(moved);
    const rest = Buffer.concat([output.subarray(0, place), output.subarray(place + marker.length)]);
    expect(rest.equals(bytes)).toBe(true);
  });

  test('end() ends with what the link has moved', async () => {
    const { from, to, done } = await begin();
    const failed = new Promise((resolve) => to.once('error', resolve));
    to.end('the end');
    const accepted = to.pressure.bytesIn;
    expect(await failed).toMatchObject({ code: 'ERR_STREAM_WRITE_AFTER_END' });
    await done;
    from.destroy();
    // The error destroys what has not been consumed.
    const output = target().subarray(0, accepted - 'the end'.length);
    expect(bytes.subarray(0, output.length).equals(output)).toBe(true);
  });
});
