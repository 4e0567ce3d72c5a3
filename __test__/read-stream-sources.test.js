'use strict';

/** Files that are not just bytes on a disk, or not the same for long. */

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const { once } = require('node:events');
const path = require('node:path');
const { createReadStream } = require('..');
const { lines } = require('./support/data');
const { useFolder } = require('./support/folder');
const { collect, destroyAfterEach, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();
const onUnix = process.platform === 'win32' ? test.skip : test;
const onLinux = process.platform === 'linux' ? test : test.skip;

const read = (name, options) => collect(track(createReadStream(name, options)));

test('an empty file ends at once', async () => {
  fs.writeFileSync(file('empty'), '');
  const stream = track(createReadStream(file('empty')));
  expect(await collect(stream)).toHaveLength(0);
  expect(stream).toMatchObject({ readableEnded: true, bytesRead: 0 });
});

test('a file that grows while it is read is read to its new end', async () => {
  const name = file('growing');
  fs.writeFileSync(name, 'x'.repeat(100_000));
  for (const options of [{}, { start: 0 }]) {
    fs.writeFileSync(name, 'x'.repeat(100_000));
    const stream = track(createReadStream(name, { highWaterMark: 1000, ...options }));
    let total = 0;
    for await (const chunk of stream) {
      if (total === 0) fs.appendFileSync(name, 'y'.repeat(50_000));
      total += chunk.length;
    }
    expect(total).toBe(150_000);
  }
});

test('a file that shrinks while it is read ends early', async () => {
  const name = file('shrinking');
  for (const options of [{}, { start: 0 }]) {
    fs.writeFileSync(name, 'x'.repeat(100_000));
    const stream = track(createReadStream(name, { highWaterMark: 1000, ...options }));
    let total = 0;
    for await (const chunk of stream) {
      if (total === 0) fs.truncateSync(name, 50_000);
      total += chunk.length;
    }
    expect(total).toBe(50_000);
  }
});

onLinux('a file of /proc, whose size is told as 0', async () => {
  expect((await read('/proc/version')).equals(fs.readFileSync('/proc/version'))).toBe(true);
  expect((await read('/proc/self/maps')).length).toBeGreaterThan(1000);
});

onLinux('a device without an end, up to an end', async () => {
  expect((await read('/dev/zero', { end: 999_999 })).equals(Buffer.alloc(1_000_000))).toBe(true);
});

onUnix('a FIFO gives what is written to it when it is written', async () => {
  const name = file('fifo');
  execFileSync('mkfifo', [name]);
  const stream = track(createReadStream(name, { encoding: 'utf8' }));
  const writer = fs.createWriteStream(name);
  for (const word of ['one', 'two', 'three']) {
    writer.write(word);
    expect(await once(stream, 'data')).toEqual([word]);
  }
  const bytes = lines(20_000);
  writer.end(bytes);
  expect((await stream.toArray()).join('') === bytes.toString()).toBe(true);
});

onUnix('a FIFO: what fills a slab, or a pipe, does not wait for more', async () => {
  const name = file('fifo');
  execFileSync('mkfifo', [name]);
  const stream = track(createReadStream(name, { highWaterMark: 1_000_000 }));
  const writer = fs.createWriteStream(name);
  for (const size of [16_384, 65_536, 16_384 * 3]) {
    writer.write(Buffer.alloc(size));
    for (let left = size; left > 0;) left -= (await once(stream, 'data'))[0].length;
  }
  writer.end();
  await once(stream, 'end');
});

onUnix(
  'a FIFO that is destroyed while it waits for bytes closes when they come, as in fs',
  async () => {
    const name = file('fifo');
    execFileSync('mkfifo', [name]);
    const stream = track(createReadStream(name));
    const writer = fs.createWriteStream(name);
    writer.write('x');
    await once(stream, 'data');
    // Until it waits: before, it closes at once.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const close = jest.fn();
    stream.on('close', close).destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(close).not.toHaveBeenCalled();
    writer.end('y');
    await once(stream, 'close');
    expect(stream.bytesRead).toBe(1);
  },
);

const script = (source) =>
  `const { createReadStream } = require(${JSON.stringify(path.join(__dirname, '..'))}); ${source}`;

/** What a program prints that has `input` on its standard input, a pipe. */
const withInput = (input, source) =>
  execFileSync(
    'sh',
    ['-c', 'printf %s "$1" | "$2" -e "$3"', 'sh', input, process.execPath, script(source)],
    {
      encoding: 'utf8',
    },
  );

onLinux('/dev/stdin, and the descriptor 0', () => {
  for (const name of ["'/dev/stdin'", "'', { fd: 0 }"]) {
    const source = `createReadStream(${name}).pipe(process.stdout);`;
    expect(withInput('from the terminal', source)).toBe('from the terminal');
  }
});
