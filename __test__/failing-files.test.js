'use strict';

const fs = require('node:fs');
const { getSystemErrorName } = require('node:util');
const { createSlowWritableStream, createWriteStream } = require('..');
const { stageError } = require('../lib/errors');
const { useFolder } = require('./support/folder');
const { closed, destroyAfterEach, record, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();
const onLinux = process.platform === 'linux' ? test : test.skip;
const unlessRoot = process.getuid?.() === 0 ? test.skip : test;

/** How a stream fails: the error's fields, the events, and what the callback of a write got. */
async function fate(stream) {
  track(stream);
  const events = record(stream, ['open', 'ready', 'finish', 'error', 'close']);
  const fields = [];
  stream.on('error', ({ name, code, errno, syscall, path, message }) =>
    fields.push({ name, code, errno, syscall, path, message }),
  );
  const done = closed(stream);
  stream.write(Buffer.alloc(100_000), (error) => fields.push(error?.code));
  stream.end();
  await done;
  return { events, fields, bytesWritten: stream.bytesWritten };
}

async function failsLikeFs(target, options) {
  const ours = await fate(createWriteStream(target, options));
  const theirs = await fate(fs.createWriteStream(target, options));
  // fs names the path only where the system call took one.
  theirs.fields[1].path = target;
  expect(ours).toEqual(theirs);
  expect(ours.events).not.toContain('finish');
  expect(ours.events.slice(-2)).toEqual(['error', 'close']);
  return ours.fields[1];
}

describe("a file that cannot be written fails with fs's error", () => {
  test('a missing folder', async () => {
    const path = file('missing/file');
    const error = await failsLikeFs(path);
    expect(error).toMatchObject({ code: 'ENOENT', syscall: 'open', path });
  });

  test('a folder as the path', async () => {
    const path = file('');
    expect(await failsLikeFs(path)).toMatchObject({ code: 'EISDIR', syscall: 'open', path });
  });

  test('a file as a folder', async () => {
    fs.writeFileSync(file('plain'), '');
    expect(await failsLikeFs(file('plain/file'))).toMatchObject({ code: 'ENOTDIR' });
  });

  test('a file that is there, with wx', async () => {
    fs.writeFileSync(file('there'), 'kept');
    expect(await failsLikeFs(file('there'), { flags: 'wx' })).toMatchObject({ code: 'EEXIST' });
    expect(fs.readFileSync(file('there'), 'utf8')).toBe('kept');
  });

  test('a name that is too long', async () => {
    expect(await failsLikeFs(file('x'.repeat(300)))).toMatchObject({ code: 'ENAMETOOLONG' });
  });

  test('a file that is missing, with r+', async () => {
    expect(await failsLikeFs(file('no'), { flags: 'r+' })).toMatchObject({ code: 'ENOENT' });
  });

  test('a file that is open for reading alone', async () => {
    fs.writeFileSync(file('read-only'), 'kept');
    const error = await failsLikeFs(file('read-only'), { flags: 'r' });
    expect(error).toMatchObject({ code: 'EBADF', syscall: 'write' });
    expect(fs.readFileSync(file('read-only'), 'utf8')).toBe('kept');
  });

  unlessRoot('a file without the permission to write', async () => {
    fs.writeFileSync(file('locked'), 'kept', { mode: 0o400 });
    expect(await failsLikeFs(file('locked'))).toMatchObject({ code: 'EACCES', syscall: 'open' });
  });

  onLinux('a device that is full', async () => {
    expect(await failsLikeFs('/dev/full')).toMatchObject({ code: 'ENOSPC', syscall: 'write' });
  });

  onLinux('a device that is full, behind a slow writer', async () => {
    const { events, fields } = await fate(createSlowWritableStream({ destination: '/dev/full' }));
    expect(events).toEqual(['error', 'close']);
    expect(fields).toEqual(['ENOSPC', expect.objectContaining({ code: 'ENOSPC' })]);
  });

  test('a descriptor that is not open', async () => {
    const { fields } = await fate(createWriteStream('', { fd: 1_000_000 }));
    expect(fields[1]).toMatchObject({ code: 'EBADF', syscall: 'write' });
  });

  test('an error that Node has no name for is called as Node does', () => {
    const failure = { code: 'EIO', errno: 122, syscall: 'write', message: 'quota exceeded' };
    const name = getSystemErrorName(-122);
    expect(stageError(failure, 'file')).toMatchObject({ code: name, errno: -122 });
    expect(stageError({ ...failure, errno: 28 }, 'file')).toMatchObject({ code: 'ENOSPC' });
  });

  test('the error has a stack, and is an Error', async () => {
    const stream = track(createWriteStream(file('missing/file')));
    const error = await new Promise((resolve) => stream.on('error', resolve));
    expect(error).toBeInstanceOf(Error);
    expect(error.stack).toMatch(/ENOENT: no such file or directory, open '/);
  });

  test('autoDestroy does not matter: a failed file is closed', async () => {
    const stream = track(createWriteStream(file('missing/file'), { autoClose: false }));
    const error = await new Promise((resolve) => stream.on('error', resolve));
    expect(error).toMatchObject({ code: 'ENOENT' });
    stream.destroy();
    if (!stream.closed) await closed(stream);
  });
});
