'use strict';

const fs = require('node:fs');
const { createReadStream } = require('..');
const { useFolder } = require('./support/folder');
const { closed, destroyAfterEach, record, thrown, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();
const onUnix = process.platform === 'win32' ? test.skip : test;
const onLinux = process.platform === 'linux' ? test : test.skip;
const unlessRoot = process.getuid?.() === 0 ? test.skip : test;

/** How a stream fails: the error's fields, and the events. */
async function fate(stream) {
  track(stream);
  const events = record(stream, ['open', 'ready', 'data', 'end', 'error', 'close']);
  const done = closed(stream.resume());
  const error = await new Promise((resolve) => stream.once('error', resolve));
  await done;
  const { name, code, errno, syscall, path, message } = error;
  return { events, name, code, errno, syscall, path, message, instance: error instanceof Error };
}

async function failsLikeFs(target, options) {
  const ours = await fate(createReadStream(target, options));
  const theirs = await fate(fs.createReadStream(target, options));
  // fs names the path only where the system call took one, and its errors are of another realm than Jest's.
  expect(ours).toEqual({ ...theirs, path: target, instance: true });
  expect(ours.events).not.toContain('end');
  return ours;
}

describe("a file that cannot be read fails with fs's error", () => {
  test('a missing file', async () => {
    const path = file('missing');
    expect(await failsLikeFs(path)).toMatchObject({ code: 'ENOENT', syscall: 'open', path });
  });

  test('a missing folder', async () => {
    expect(await failsLikeFs(file('missing/file'))).toMatchObject({ code: 'ENOENT' });
  });

  onUnix('a folder', async () => {
    const error = await failsLikeFs(file(''));
    expect(error).toMatchObject({ code: 'EISDIR', syscall: 'read', path: file('') });
    expect(error.events).toEqual(['open', 'ready', 'error', 'close']);
  });

  test('a file as a folder', async () => {
    fs.writeFileSync(file('plain'), '');
    expect(await failsLikeFs(file('plain/file'))).toMatchObject({ code: 'ENOTDIR' });
  });

  test('a name that is too long', async () => {
    expect(await failsLikeFs(file('x'.repeat(300)))).toMatchObject({ code: 'ENAMETOOLONG' });
  });

  test('a file that is there, with wx+', async () => {
    fs.writeFileSync(file('there'), 'kept');
    expect(await failsLikeFs(file('there'), { flags: 'wx+' })).toMatchObject({ code: 'EEXIST' });
    expect(fs.readFileSync(file('there'), 'utf8')).toBe('kept');
  });

  test('a file that is open for writing alone', async () => {
    fs.writeFileSync(file('locked'), 'kept');
    const error = await failsLikeFs(file('locked'), { flags: fs.constants.O_WRONLY });
    expect(error).toMatchObject({ code: 'EBADF', syscall: 'read' });
  });

  unlessRoot('a file without the permission to read', async () => {
    fs.writeFileSync(file('locked'), '', { mode: 0o200 });
    expect(await failsLikeFs(file('locked'))).toMatchObject({ code: 'EACCES', syscall: 'open' });
  });

  onUnix('a descriptor that is not open', async () => {
    const error = await fate(createReadStream('', { fd: 1_000_000 }));
    expect(error).toMatchObject({ code: 'EBADF', syscall: 'read' });
  });

  test('without autoClose it stays as it is until it is destroyed', async () => {
    const stream = track(createReadStream(file('missing'), { autoClose: false }));
    const error = await new Promise((resolve) => stream.on('error', resolve));
    expect(error).toMatchObject({ code: 'ENOENT' });
    expect(stream).toMatchObject({ destroyed: false, errored: error, fd: null, pending: true });
    await closed(stream.destroy());
  });

  test('the error has a stack', async () => {
    const stream = track(createReadStream(file('missing')));
    const error = await new Promise((resolve) => stream.on('error', resolve));
    expect(error.stack).toMatch(/ENOENT: no such file or directory, open '/);
  });
});

/** A file that can be read for 100,000 bytes, and then fails: this process's memory before a gap in it. */
function untilFailure() {
  const regions = fs
    .readFileSync('/proc/self/maps', 'latin1')
    .split('\n')
    .map((line) => /^(\w+)-(\w+) (\S+)/.exec(line))
    .filter((match) => match !== null)
    .map(([, from, to, access]) => ({ from: parseInt(from, 16), to: parseInt(to, 16), access }));
  const { to } = regions.find(
    ({ from, to: end, access }, i) =>
      access.startsWith('r') &&
      end - from > 100_000 &&
      i + 1 < regions.length &&
      regions[i + 1].from > end,
  );
  return ['/proc/self/mem', { start: to - 100_000, highWaterMark: 7000 }];
}

describe('what was read before an error comes before it', () => {
  onLinux('to a reader that keeps up, as from fs', async () => {
    const fates = [createReadStream, fs.createReadStream].map((create) =>
      fate(create(...untilFailure())),
    );
    const [ours, theirs] = await Promise.all(fates);
    expect(ours).toEqual({ ...theirs, path: '/proc/self/mem', instance: true });
    expect(ours).toMatchObject({ code: 'EIO', syscall: 'read' });
    const dataEvents = ours.events.filter((event) => event === 'data');
    expect(dataEvents).toHaveLength(15);
  });

  onLinux('to one that is slow, whatever waits in Rust and in Node', async () => {
    for (const autoClose of [true, false]) {
      const [name, options] = untilFailure();
      const stream = track(createReadStream(name, { ...options, autoClose }));
      let total = 0;
      stream.on('data', (chunk) => {
        total += chunk.length;
        stream.pause();
        setTimeout(() => stream.resume(), 3);
      });
      const error = await new Promise((resolve) => stream.on('error', resolve));
      expect(error.code).toBe('EIO');
      expect(total).toBe(100_000);
      expect(stream.destroyed).toBe(autoClose);
    }
    const stream = track(createReadStream(...untilFailure()));
    await new Promise((resolve) => stream.once('readable', resolve));
    await new Promise((resolve) => setTimeout(resolve, 30));
    let total = 0;
    stream.on('readable', () => {
      for (let chunk; (chunk = stream.read(999)) !== null;) total += chunk.length;
    });
    expect(await new Promise((resolve) => stream.on('error', resolve))).toMatchObject({
      code: 'EIO',
    });
    // read(n) gives no less than n before the end, which does not come.
    expect(total).toBe(999 * 100);
  });
});

describe('options that make no sense throw what fs throws', () => {
  const target = __filename;

  test.each([
    [{ start: '1' }],
    [{ start: null }],
    [{ start: -1 }],
    [{ start: 1.5 }],
    [{ start: NaN }],
    [{ start: Infinity }],
    [{ start: 2 ** 53 }],
    [{ end: '1' }],
    [{ end: null }],
    [{ end: -1 }],
    [{ end: 1.5 }],
    [{ end: NaN }],
    [{ end: -Infinity }],
    [{ end: 2 ** 53 }],
    [{ start: 2, end: 1 }],
    [{ fd: 'stdin' }],
    [{ fd: {} }],
    [{ fd: -1 }],
    [{ fd: 1.5 }],
    [{ fd: 2 ** 31 }],
    [{ highWaterMark: -1 }],
    [{ highWaterMark: 'much' }],
    [{ highWaterMark: 1.5 }],
    [{ encoding: 'utf9' }],
    [{ encoding: 'buffer' }],
    ['utf9'],
    ['buffer'],
    [5],
    [true],
    [{ signal: {} }],
    [{ signal: 'stop' }],
  ])('%j', (options) => {
    const ours = thrown(() => track(createReadStream(target, options)));
    const theirs = thrown(() => track(fs.createReadStream(target, options)));
    expect(theirs).toBeDefined();
    expect({ name: ours?.name, code: ours?.code }).toEqual({
      name: theirs.name,
      code: theirs.code,
    });
  });

  test.each([[undefined], [null], [5], [{}], ['nu\0ll'], [Buffer.from('nu\0ll')]])(
    'the path %j',
    (path) => {
      const ours = thrown(() => track(createReadStream(path)));
      const theirs = thrown(() => track(fs.createReadStream(path)));
      expect(ours.code).toBe(theirs.code);
    },
  );

  test.each([
    [{ flags: 'z' }],
    [{ flags: 1.5 }],
    [{ flags: {} }],
    [{ mode: 'rw' }],
    [{ mode: -1 }],
  ])('%j, at once', async (options) => {
    const ours = thrown(() => track(createReadStream(target, options)));
    const theirs = await new Promise((resolve) => {
      fs.createReadStream(target, options).on('error', resolve);
    });
    expect(ours.code).toBe(theirs.code);
  });

  test('an fs of its own', () => {
    const error = thrown(() => createReadStream(target, { fs }));
    expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
  });
});
