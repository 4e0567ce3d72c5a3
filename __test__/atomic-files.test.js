'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');
const { Worker } = require('node:worker_threads');
const zlib = require('node:zlib');
const { createGzip, createReadStream, createSlowWritableStream, createWriteStream } = require('..');
const { useFolder } = require('./support/folder');
const { runProgram } = require('./support/program');
const { closed, destroyAfterEach, record, rejection, thrown, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();
const onPosix = process.platform === 'win32' ? test.skip : test;
const OLD = 'what was there';
const NEW = Buffer.alloc(300_000, 'what is to be there ');

const atomic = (target, options) => track(createWriteStream(target, { ...options, atomic: true }));

function oldFile(name = 'file') {
  fs.writeFileSync(file(name), OLD);
  return file(name);
}

/** What the folder of the test holds. */
const names = () => fs.readdirSync(file('')).sort();

async function written(stream, bytes = NEW) {
  stream.end(bytes);
  await closed(stream);
}

describe('a file with atomic is replaced at once, when it is complete', () => {
  test("until 'finish' the old file is there, and then the new one", async () => {
    const target = oldFile();
    const stream = atomic(target);
    await new Promise((resolve) => stream.write(NEW, resolve));
    expect(fs.readFileSync(target, 'utf8')).toBe(OLD);
    expect(names()).toEqual([expect.stringMatching(/^\.sluice-[0-9a-f]{16}\.tmp$/), 'file']);
    stream.end();
    await new Promise((resolve) => stream.on('finish', resolve));
    expect(fs.readFileSync(target)).toEqual(NEW);
    expect(names()).toEqual(['file']);
    await closed(stream);
    expect(names()).toEqual(['file']);
  });

  test('events and properties are those of any write stream', async () => {
    const target = file('new');
    const stream = atomic(target);
    const events = record(stream, ['open', 'ready', 'finish', 'error', 'close']);
    expect([stream.path, stream.pending, stream.atomic]).toEqual([target, true, true]);
    await written(stream);
    expect(events).toEqual(['open', 'ready', 'finish', 'close']);
    expect(stream.bytesWritten).toBe(NEW.length);
    expect(fs.readFileSync(target)).toEqual(NEW);
  });

  test('nothing written makes an empty file', async () => {
    const target = oldFile();
    await written(atomic(target), '');
    expect(fs.readFileSync(target, 'utf8')).toBe('');
  });

  test('behind a slow writer, and at the end of a native pipeline', async () => {
    const slow = track(
      createSlowWritableStream({ destination: { path: oldFile(), atomic: true } }),
    );
    await written(slow);
    expect(fs.readFileSync(file('file'))).toEqual(NEW);
    const target = atomic(oldFile('zipped'));
    await pipeline(createReadStream(file('file')), createGzip(), target);
    expect(zlib.gunzipSync(fs.readFileSync(file('zipped')))).toEqual(NEW);
    expect(names()).toEqual(['file', 'zipped']);
  });

  test('many that replace one file at a time leave one of them, whole', async () => {
    const target = oldFile();
    const contents = Array.from({ length: 20 }, (_, n) => `${n} `.repeat(10_000));
    await Promise.all(contents.map((content) => written(atomic(target), content)));
    expect(contents).toContain(fs.readFileSync(target, 'utf8'));
    expect(names()).toEqual(['file']);
  });

  test('the path is that of the moment when it was opened', async () => {
    const here = process.cwd();
    const target = path.relative(here, oldFile());
    const stream = atomic(target);
    await new Promise((resolve) => stream.on('open', resolve));
    try {
      process.chdir('/');
      await written(stream);
    } finally {
      process.chdir(here);
    }
    expect(fs.readFileSync(file('file'))).toEqual(NEW);
  });
});

describe('a file with atomic that is not completed was never there', () => {
  test('destroyed, with an error and without', async () => {
    for (const error of [undefined, new Error('enough')]) {
      const target = oldFile();
      const stream = atomic(target);
      stream.on('error', () => {});
      stream.write(NEW);
      await new Promise((resolve) => stream.on('open', resolve));
      stream.destroy(error);
      await closed(stream);
      expect(fs.readFileSync(target, 'utf8')).toBe(OLD);
      expect(names()).toEqual(['file']);
    }
  });

  test('destroyed at once', async () => {
    const stream = atomic(oldFile());
    stream.destroy();
    await closed(stream);
    expect(names()).toEqual(['file']);
  });

  test('destroyed behind end()', async () => {
    // It takes a while to write.
    const large = Buffer.alloc(30_000_000, NEW);
    for (let round = 0; round < 10; round += 1) {
      const target = oldFile();
      const stream = atomic(target);
      const events = record(stream, ['finish', 'error', 'close']);
      stream.end(large);
      if (round % 2 > 0) await new Promise((resolve) => stream.on('open', resolve));
      stream.destroy(new Error('enough'));
      await closed(stream);
      expect(events).toEqual(['error', 'close']);
      expect(fs.readFileSync(target, 'utf8')).toBe(OLD);
      expect(names()).toEqual(['file']);
    }
  });

  test('a pipeline whose source fails', async () => {
    const target = oldFile();
    const bad = track(zlib.createGunzip());
    bad.end('no gzip at all');
    const stream = atomic(target);
    const done = closed(stream);
    expect(await rejection(pipeline(bad, stream))).toMatchObject({ code: 'Z_DATA_ERROR' });
    await done;
    expect(fs.readFileSync(target, 'utf8')).toBe(OLD);
    expect(names()).toEqual(['file']);
  });

  test('a worker that is terminated meanwhile', async () => {
    const target = oldFile();
    const worker = new Worker(
      `const { createWriteStream } = require(${JSON.stringify(path.join(__dirname, '..'))});
       const { parentPort, workerData } = require('node:worker_threads');
       const stream = createWriteStream(workerData, { atomic: true });
       stream.write('half', () => parentPort.postMessage('written'));`,
      { eval: true, workerData: target },
    );
    await new Promise((resolve) => worker.once('message', resolve));
    await worker.terminate();
    // The file is removed on another thread.
    while (names().length > 1) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(fs.readFileSync(target, 'utf8')).toBe(OLD);
  });
});

describe('a process that ends before a file with atomic is complete leaves the old one alone', () => {
  test.each([
    ['by process.exit()', 'process.exit(3)', 3],
    ['by an error', "throw new Error('enough')", 1],
    ['with nothing more to do', '', 0],
  ])('%s', async (_, end, code) => {
    const target = oldFile();
    const result = await runProgram(`
      const stream = sluice.createWriteStream(${JSON.stringify(target)}, { atomic: true });
      stream.write('half', () => { ${end} });
    `);
    expect(result).toMatchObject({ code, signal: null });
    expect(fs.readFileSync(target, 'utf8')).toBe(OLD);
    expect(names()).toEqual(['file']);
  });
});

describe('a process that ends while files with atomic are being opened leaves none behind', () => {
  const open = (end) => `
    for (let n = 0; n < 20; n += 1) {
      const path = ${JSON.stringify(file(''))} + '/' + n;
      require(${JSON.stringify(path.join(__dirname, '..'))}).createWriteStream(path, { atomic: true }).write('half');
    }
    ${end}
  `;

  test.each([
    ['in the main thread', () => open('setImmediate(() => process.exit());')],
    [
      'in a worker',
      () => `
        const { Worker } = require('node:worker_threads');
        const { once } = require('node:events');
        const text = ${JSON.stringify(open("require('node:worker_threads').parentPort.postMessage(0);"))};
        once(new Worker(text, { eval: true }), 'message').then(() => process.exit());
      `,
    ],
  ])('%s', async (_, program) => {
    for (let round = 0; round < 5; round += 1) {
      expect(await runProgram(program())).toMatchObject({ code: 0, signal: null });
      expect(names()).toEqual([]);
    }
  });
});

describe('what is replaced, and what is not', () => {
  onPosix('an old file keeps its permissions, a new one has the mode', async () => {
    const target = oldFile();
    fs.chmodSync(target, 0o751);
    await written(atomic(target, { mode: 0o600 }));
    expect(fs.statSync(target).mode & 0o777).toBe(0o751);
    await written(atomic(file('new'), { mode: 0o600 }));
    expect(fs.statSync(file('new')).mode & 0o777).toBe(0o600);
  });

  onPosix('a symbolic link is followed', async () => {
    fs.mkdirSync(file('folder'));
    const target = oldFile('folder/file');
    fs.symlinkSync(target, file('link'));
    await written(atomic(file('link')));
    expect(fs.readlinkSync(file('link'))).toBe(target);
    expect(fs.readFileSync(target)).toEqual(NEW);
  });

  test('wx refuses a file that is there, or that came meanwhile', async () => {
    const target = oldFile();
    const refused = async (stream) => {
      stream.on('error', () => {});
      await written(stream);
      return stream.errored;
    };
    const error = await refused(atomic(target, { flags: 'wx' }));
    expect(error).toMatchObject({ code: 'EEXIST', syscall: 'open', path: target });
    fs.unlinkSync(target);
    const stream = atomic(target, { flags: 'wx' });
    await new Promise((resolve) => stream.on('open', resolve));
    oldFile();
    expect(await refused(stream)).toMatchObject({ code: 'EEXIST', syscall: 'link', path: target });
    expect(fs.readFileSync(target, 'utf8')).toBe(OLD);
    expect(names()).toEqual(['file']);
    fs.unlinkSync(target);
    await written(atomic(target, { flags: 'wx' }));
    expect(fs.readFileSync(target)).toEqual(NEW);
  });

  test.each([
    ['a folder', () => file(''), 'EISDIR'],
    ['a missing folder', () => file('missing/file'), 'ENOENT'],
    ['an empty path', () => '', 'ENOENT'],
    ['a file as a folder', () => path.join(oldFile(), 'file'), 'ENOTDIR'],
    ['a name that is too long', () => file('x'.repeat(300)), 'ENAMETOOLONG'],
  ])('%s fails as fs has it', async (_, make, code) => {
    const target = make();
    const [error, expected] = await Promise.all(
      [atomic(target), fs.createWriteStream(target)].map(
        (stream) => new Promise((resolve) => stream.on('error', resolve)),
      ),
    );
    const { errno, syscall, message } = expected;
    expect(error).toMatchObject({ code, errno, syscall, message, path: target });
  });

  onPosix('a device is no file to be replaced', async () => {
    const error = await new Promise((resolve) => atomic('/dev/null').on('error', resolve));
    expect(error).toMatchObject({ code: 'EINVAL', syscall: 'open' });
    expect(fs.statSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});

describe('options that make no sense', () => {
  test.each([
    [{ atomic: 1 }, 'ERR_INVALID_ARG_TYPE'],
    [{ atomic: true, flags: 'a' }, 'ERR_INVALID_ARG_VALUE'],
    [{ atomic: true, flags: 'r+' }, 'ERR_INVALID_ARG_VALUE'],
    [{ atomic: true, flags: fs.constants.O_WRONLY }, 'ERR_INVALID_ARG_VALUE'],
    [{ atomic: true, start: 1 }, 'ERR_INCOMPATIBLE_OPTION_PAIR'],
    [{ atomic: true, fd: 1 }, 'ERR_INCOMPATIBLE_OPTION_PAIR'],
    [{ durable: 'yes' }, 'ERR_INVALID_ARG_TYPE'],
  ])('%j', (options, code) => {
    expect(thrown(() => createWriteStream(file('none'), options))).toMatchObject({ code });
    expect(names()).toEqual([]);
  });

  test('null and undefined are the defaults', async () => {
    const stream = track(createWriteStream(file('x'), { atomic: null, durable: undefined }));
    await written(stream);
    expect([stream.atomic, stream.durable]).toEqual([false, false]);
  });
});
