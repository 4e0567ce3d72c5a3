'use strict';

const fs = require('node:fs');
const { once } = require('node:events');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { createWriteStream } = require('..');
const { useFolder } = require('./support/folder');
const { closed, destroyAfterEach, nextTurn, thrown, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();
const BEFORE = '0123456789';

/** What a program leaves behind with each of the two implementations. */
async function compare(program) {
  const results = [];
  for (const create of [createWriteStream, fs.createWriteStream]) {
    const target = file(`target-${results.length}`);
    fs.writeFileSync(target, BEFORE);
    const result = await program((options) => track(create(target, options)), target);
    results.push({ result, content: fs.readFileSync(target, 'utf8') });
  }
  expect(results[0]).toEqual(results[1]);
  return results[0];
}

const writeAndEnd = async (stream) => {
  stream.on('error', () => {});
  stream.write('abc');
  stream.end('def');
  await closed(stream);
  return [stream.bytesWritten, stream.errored?.code];
};

const { O_WRONLY, O_CREAT, O_APPEND, O_TRUNC } = fs.constants;

describe('options do what those of fs.createWriteStream do', () => {
  test.each([
    [undefined],
    [null],
    [{}],
    ['latin1'],
    [{ flags: 'w' }],
    [{ flags: 'a' }],
    [{ flags: 'a+' }],
    [{ flags: 'as' }],
    [{ flags: 'r+' }],
    [{ flags: 'rs+' }],
    [{ flags: 'w+' }],
    [{ flags: 'wx' }],
    [{ flags: 'ax' }],
    [{ flags: 'r' }],
    [{ flags: O_WRONLY }],
    [{ flags: O_WRONLY | O_CREAT | O_TRUNC }],
    [{ flags: O_WRONLY | O_APPEND }],
    [{ start: 3, flags: 'r+' }],
    [{ start: 20, flags: 'r+' }],
    [{ start: 0, flags: 'r+' }],
    [{ start: 3 }],
    [{ start: 3, flags: 'a' }],
    [{ encoding: 'utf16le' }],
    [{ encoding: 'hex' }],
    [{ flush: true }],
    [{ highWaterMark: 2 }],
    [{ emitClose: true }],
  ])('%j', async (options) => {
    await compare((create) => writeAndEnd(create(options)));
  });

  test('mode, less the umask', async () => {
    for (const mode of [undefined, 0o600, 0o666, 0o777, '640']) {
      const modes = [createWriteStream, fs.createWriteStream].map(async (create, i) => {
        const target = file(`${i}-${mode}`);
        await writeAndEnd(track(create(target, { mode })));
        return fs.statSync(target).mode;
      });
      const [ours, theirs] = await Promise.all(modes);
      expect(ours).toBe(theirs);
    }
  });

  test('fd, with and without autoClose and start', async () => {
    for (const options of [{}, { autoClose: true }, { start: 2 }]) {
      await compare(async (create, target) => {
        const fd = fs.openSync(target, 'r+');
        const stream = create({ fd, ...options });
        const properties = [stream.path, stream.pending, stream.fd === fd];
        await writeAndEnd(stream);
        return [properties, stream.fd, thrown(() => fs.fstatSync(fd))?.code];
      });
    }
  });

  test('autoClose: false leaves the file open, and close() closes it', async () => {
    const stream = track(createWriteStream(file('target'), { autoClose: false }));
    stream.end('x');
    await once(stream, 'finish');
    await nextTurn();
    const { fd, destroyed } = stream;
    expect(destroyed).toBe(false);
    fs.writeSync(fd, ' more');
    await new Promise((resolve) => stream.close(resolve));
    expect(stream).toMatchObject({ destroyed: true, fd: null });
    expect(thrown(() => fs.fstatSync(fd))).toMatchObject({ code: 'EBADF' });
    expect(fs.readFileSync(file('target'), 'utf8')).toBe('x more');
  });

  test('a FileHandle', async () => {
    await compare(async (create, target) => {
      const handle = await fs.promises.open(target, 'r+');
      const result = await writeAndEnd(create({ fd: handle }));
      return [result, handle.fd];
    });
  });

  test("emitClose: false and 'finish'", async () => {
    await compare(async (create) => {
      const stream = create({ emitClose: false });
      const close = jest.fn();
      stream.on('close', close).end('x');
      await once(stream, 'finish');
      while (!stream.closed) await nextTurn();
      return close.mock.calls.length;
    });
  });

  test('a path that is a URL, or a Buffer', async () => {
    for (const convert of [pathToFileURL, (name) => Buffer.from(name), (name) => name]) {
      const target = file('näme%20');
      const ours = track(createWriteStream(convert(target)));
      const theirs = track(fs.createWriteStream(convert(file('theirs'))));
      expect(typeof ours.path).toBe(typeof theirs.path);
      expect(String(ours.path)).toBe(target);
      await writeAndEnd(ours);
      expect(fs.readFileSync(target, 'utf8')).toBe('abcdef');
    }
  });

  (process.platform === 'linux' ? test : test.skip)('a path that is no UTF-8', async () => {
    const target = Buffer.concat([Buffer.from(file('')), Buffer.from([0xff, 0xfe])]);
    await writeAndEnd(track(createWriteStream(target)));
    expect(fs.readFileSync(target, 'utf8')).toBe('abcdef');
  });

  test('a relative path', async () => {
    const target = path.relative(process.cwd(), file('relative'));
    const stream = track(createWriteStream(target));
    expect(stream.path).toBe(target);
    await writeAndEnd(stream);
    expect(fs.readFileSync(target, 'utf8')).toBe('abcdef');
  });
});

describe('properties are those of fs.createWriteStream', () => {
  const names = ['path', 'fd', 'flags', 'mode', 'start', 'bytesWritten', 'pending', 'closed'];
  names.push('destroyed', 'writable', 'writableEnded', 'writableFinished', 'autoClose', 'errored');

  test('at every stage', async () => {
    await compare(async (create, target) => {
      const look = () =>
        names.map((name) => {
          const value = stream[name];
          if (name === 'path') return value === target;
          return name === 'fd' && value !== null ? typeof value : value;
        });
      const stream = create({ flags: 'r+' });
      const seen = [look()];
      stream.on('open', (fd) => seen.push(['open', fd === stream.fd, look()]));
      stream.on('ready', () => seen.push(['ready', look()]));
      await once(stream, 'ready');
      await new Promise((resolve) => stream.write('x', resolve));
      seen.push(look());
      stream.end('y');
      await once(stream, 'finish');
      seen.push([stream.bytesWritten, stream.writableFinished]);
      await closed(stream);
      seen.push(look());
      return seen;
    });
  });

  test('of a stream that failed', async () => {
    for (const create of [createWriteStream, fs.createWriteStream]) {
      const stream = track(create(file('no/file')));
      await once(stream, 'error');
      expect(stream).toMatchObject({ fd: null, pending: true, destroyed: true, bytesWritten: 0 });
    }
  });
});

test('two streams write to the same descriptor behind each other', async () => {
  const fd = fs.openSync(file('shared'), 'w');
  for (const text of ['one ', 'two']) {
    // Not tracked: destroy() would close the descriptor, which is closed below, and so another one by then.
    const stream = createWriteStream('', { fd, autoClose: false });
    stream.end(text);
    await once(stream, 'finish');
  }
  fs.closeSync(fd);
  expect(fs.readFileSync(file('shared'), 'utf8')).toBe('one two');
});

test('many files at once', async () => {
  const names = Array.from({ length: 200 }, (_, i) => file(`many-${i}`));
  const streams = names.map((name) => track(createWriteStream(name)));
  await Promise.all(streams.map((stream, i) => closed(stream.end(names[i]))));
  for (const name of names) expect(fs.readFileSync(name, 'utf8')).toBe(name);
});
