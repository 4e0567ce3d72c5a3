'use strict';

const fs = require('node:fs');
const { once } = require('node:events');
const path = require('node:path');
const { Readable } = require('node:stream');
const { pathToFileURL } = require('node:url');
const { ReadStream, createReadStream } = require('..');
const { noise } = require('./support/data');
const { useFolder } = require('./support/folder');
const {
  closed,
  collect,
  destroyAfterEach,
  failure,
  nextTurn,
  track,
} = require('./support/streams');

destroyAfterEach();
const file = useFolder();
const BYTES = noise(300_000);
const onUnix = process.platform === 'win32' ? test.skip : test;

let source;
beforeEach(() => {
  source = file('source');
  fs.writeFileSync(source, BYTES);
});

/** What a program makes of each of the two implementations: the same, or the test fails. */
async function compare(program, keep = track) {
  const results = [];
  for (const create of [createReadStream, fs.createReadStream]) {
    results.push(await program((...args) => keep(create(...args))));
  }
  expect(results[0]).toEqual(results[1]);
  return results[0];
}

/** Every chunk as it comes, and what was said to be read at that moment. Jest compares strings faster than Buffers. */
async function readAll(stream) {
  const chunks = [];
  const shown = (chunk) => [typeof chunk, chunk.toString('latin1')];
  stream.on('data', (chunk) => chunks.push([...shown(chunk), stream.bytesRead]));
  await once(stream, 'end');
  await closed(stream);
  return { chunks, bytesRead: stream.bytesRead, ended: stream.readableEnded };
}

/** Whether the descriptor is open, and that of the source: its number may be another file's by now. */
function isSource(fd) {
  try {
    return fs.fstatSync(fd).ino === fs.statSync(source).ino;
  } catch {
    return false;
  }
}

const { O_RDONLY, O_RDWR } = fs.constants;

describe('options do what those of fs.createReadStream do, chunk by chunk', () => {
  test.each([
    [undefined],
    [null],
    [{}],
    ['latin1'],
    [{ flags: 'r' }],
    [{ flags: 'r+' }],
    [{ flags: 'rs+' }],
    [{ flags: 'a+' }],
    [{ flags: 'w+' }],
    [{ flags: null }],
    [{ flags: O_RDONLY }],
    [{ flags: O_RDWR }],
    [{ start: 0 }],
    [{ start: 100_000 }],
    [{ end: 0 }],
    [{ end: 99_999 }],
    [{ end: Infinity }],
    [{ start: 65_535, end: 65_536 }],
    [{ start: 7, end: 7 }],
    [{ start: 299_999 }],
    [{ start: 300_000 }],
    [{ start: 1e12 }],
    [{ start: 299_990, end: 1e12 }],
    [{ start: Number.MAX_SAFE_INTEGER, end: Number.MAX_SAFE_INTEGER }],
    [{ encoding: 'utf8' }],
    [{ encoding: 'hex', end: 100_000 }],
    [{ encoding: null }],
    [{ highWaterMark: 1, end: 50 }],
    [{ highWaterMark: 7, end: 1000, start: 3 }],
    [{ highWaterMark: 1000 }],
    [{ highWaterMark: 16_385 }],
    [{ highWaterMark: 100_000 }],
    [{ highWaterMark: 299_999 }],
    [{ highWaterMark: 300_000 }],
    [{ highWaterMark: 5_000_000 }],
    [{ emitClose: true }],
  ])('%j', async (options) => {
    await compare(async (create) => {
      fs.writeFileSync(source, BYTES);
      return readAll(create(source, options));
    });
  });

  test('a chunk of several megabytes is whole', async () => {
    fs.writeFileSync(source, Buffer.alloc(8_000_001, 'abc'));
    const stream = track(createReadStream(source, { highWaterMark: 3_500_000 }));
    const sizes = [];
    for await (const chunk of stream) sizes.push(chunk.length);
    expect(sizes).toEqual([3_500_000, 3_500_000, 1_000_001]);
  });

  test('a small chunk holds no memory but its own, as in fs', async () => {
    const program = async (create) => {
      const sizes = [];
      const stream = create(source, { end: 2499, highWaterMark: 1000 });
      for await (const chunk of stream) sizes.push([chunk.length, chunk.buffer.byteLength]);
      return sizes;
    };
    const sizes = [1000, 1000, 500].map((size) => [size, size]);
    expect(await compare(program)).toEqual(sizes);
  });

  test('a mark far beyond the file takes no memory', async () => {
    const before = process.memoryUsage().rss;
    const stream = track(createReadStream(source, { highWaterMark: 2 ** 40 }));
    expect((await collect(stream)).equals(BYTES)).toBe(true);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  test('an encoding cuts no character in two', async () => {
    const text = '😀é€'.repeat(3000);
    fs.writeFileSync(source, text);
    for (const encoding of ['utf8', 'utf16le']) {
      const { chunks } = await compare((create) =>
        readAll(create(source, { encoding, highWaterMark: 101 })),
      );
      const result = chunks.map(([, chunk]) => chunk).join('');
      expect(result === Buffer.from(text).toString(encoding)).toBe(true);
    }
    const late = track(createReadStream(source, { highWaterMark: 101 })).setEncoding('utf8');
    expect((await late.toArray()).join('') === text).toBe(true);
  });

  test('mode, of a file that is made', async () => {
    for (const mode of [undefined, 0o600, '640']) {
      await compare(async (create) => {
        const target = file('made');
        fs.rmSync(target, { force: true });
        await readAll(create(target, { flags: 'w+', mode }));
        return fs.statSync(target).mode;
      });
    }
  });

  onUnix(
    'fd, where it stands, up to an end, from a start, with and without autoClose',
    async () => {
      for (const options of [{}, { end: 9 }, { start: 5 }, { start: 5, end: 70_000 }]) {
        for (const autoClose of [undefined, true, false]) {
          // Not to be destroyed behind the test: that would close a number that is another file's by then.
          const keep = (stream) => (autoClose === false ? stream : track(stream));
          await compare(async (create) => {
            const fd = fs.openSync(source);
            fs.readSync(fd, Buffer.alloc(20));
            const stream = create('passed over', { fd, autoClose, ...options });
            const before = [
              stream.path,
              stream.flags,
              stream.mode,
              stream.pending,
              stream.fd === fd,
            ];
            const chunks = await stream.on('open', () => before.push('open')).toArray();
            await nextTurn();
            const after = Buffer.alloc(1);
            const position = autoClose === false && fs.readSync(fd, after);
            if (autoClose === false) fs.closeSync(fd);
            else await nextTurn();
            return [before, Buffer.concat(chunks).toString('latin1'), position, after];
          }, keep);
        }
      }
    },
  );

  onUnix('fd, closed at the end, or not', async () => {
    await compare(async (create) => {
      const fd = fs.openSync(source);
      await readAll(create('', { fd }));
      return isSource(fd);
    });
    const fd = fs.openSync(source);
    for (const bytes of [BYTES.subarray(0, 10), BYTES.subarray(10)]) {
      // Not to be destroyed: that would close a number that is another file's by then.
      const stream = createReadStream('', { fd, autoClose: false, end: bytes.length - 1 });
      expect((await collect(stream)).equals(bytes)).toBe(true);
      await nextTurn();
      expect(stream).toMatchObject({ fd, destroyed: false, pending: false });
    }
    fs.closeSync(fd);
  });

  test('autoClose: false leaves the file open, and close() closes it', async () => {
    const stream = track(createReadStream(source, { autoClose: false }));
    await stream.resume();
    await once(stream, 'end');
    await nextTurn();
    const { fd } = stream;
    expect(stream.destroyed).toBe(false);
    if (fd !== null) expect(isSource(fd)).toBe(true);
    const done = closed(stream);
    stream.close();
    await done;
    expect(stream).toMatchObject({ destroyed: true, fd: null, pending: true });
    if (fd !== null) expect(isSource(fd)).toBe(false);
  });

  onUnix('a FileHandle, which is closed with the stream, and closes it', async () => {
    await compare(async (create) => {
      const handle = await fs.promises.open(source);
      const { chunks } = await readAll(create('', { fd: handle, start: 250_000 }));
      return [chunks, handle.fd];
    });
    await compare(async (create) => {
      const handle = await fs.promises.open(source);
      const stream = create('', { fd: handle });
      const done = closed(stream);
      await handle.close();
      await done;
      return [stream.destroyed, stream.readableEnded];
    });
  });

  test("emitClose: false and 'end'", async () => {
    await compare(async (create) => {
      const stream = create(source, { emitClose: false });
      const close = jest.fn();
      stream.on('close', close).resume();
      await once(stream, 'end');
      while (!stream.closed) await nextTurn();
      return close.mock.calls.length;
    });
  });

  test('a path that is a URL, a Buffer, or relative', async () => {
    const name = file('näme%20');
    fs.writeFileSync(name, 'content');
    const relative = path.relative(process.cwd(), name);
    for (const given of [pathToFileURL(name), Buffer.from(name), name, relative]) {
      await compare(async (create) => {
        const stream = create(given);
        return [stream.path, await readAll(stream)];
      });
    }
  });

  test('a signal, before and while it is read', async () => {
    const controller = new AbortController();
    const early = createReadStream(source, { signal: AbortSignal.abort() });
    const late = createReadStream(source, { signal: controller.signal });
    late.on('data', () => controller.abort());
    const fate = async (stream) => {
      const done = closed(stream);
      const { name, code } = await failure(track(stream));
      await done;
      return [name, code, stream.fd];
    };
    const fates = await Promise.all([early, late].map(fate));
    expect(fates).toEqual(Array(2).fill(['AbortError', 'ABORT_ERR', null]));
  });
});

describe('properties are those of fs.createReadStream', () => {
  const names = ['path', 'fd', 'flags', 'mode', 'start', 'end', 'bytesRead', 'pending', 'closed'];
  names.push('destroyed', 'readable', 'readableEnded', 'readableFlowing', 'autoClose', 'errored');
  names.push('readableHighWaterMark', 'readableEncoding', 'readableObjectMode', 'readableAborted');

  test('at every stage', async () => {
    await compare(async (create) => {
      const look = () =>
        names.map((name) => {
          const value = stream[name];
          return name === 'fd' && value !== null ? typeof value : value;
        });
      const stream = create(source, { start: 3, encoding: 'latin1', highWaterMark: 200_000 });
      const seen = [look()];
      stream.on('open', (fd) => seen.push(['open', fd === stream.fd, look()]));
      stream.on('ready', () => seen.push(['ready', look()]));
      await once(stream, 'ready');
      stream.on('data', () => seen.push(look()));
      await once(stream, 'end');
      seen.push(look());
      await closed(stream);
      seen.push(look());
      return seen;
    });
  });

  test('of a stream that failed', async () => {
    await compare(async (create) => {
      const stream = create(file('no/file'));
      await once(stream, 'error');
      const { fd, pending, destroyed, bytesRead, readable } = stream;
      return { fd, pending, destroyed, bytesRead, readable };
    });
  });

  test('autoClose can be changed, as in fs', async () => {
    await compare(async (create) => {
      const stream = create(source);
      stream.autoClose = false;
      stream.resume();
      await once(stream, 'end');
      await nextTurn();
      return [stream.destroyed, stream.autoClose];
    });
  });

  test('it is a Readable, and a subclass of it works', async () => {
    class Loud extends ReadStream {
      constructor(name) {
        super(name, { encoding: 'latin1', end: 2 });
      }
      push(chunk) {
        return super.push(chunk && chunk.toString().toUpperCase());
      }
    }
    fs.writeFileSync(source, 'abcdef');
    const stream = track(new Loud(source));
    expect(stream).toBeInstanceOf(Readable);
    expect((await stream.toArray()).join('')).toBe('ABC');
  });
});

test('many files at once', async () => {
  const names = Array.from({ length: 200 }, (_, i) => file(`many-${i}`));
  for (const name of names) fs.writeFileSync(name, name);
  const contents = await Promise.all(names.map((name) => collect(track(createReadStream(name)))));
  expect(contents.map(String)).toEqual(names);
});
