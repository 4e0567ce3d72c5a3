'use strict';

const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const sluice = require('..');
const { useFolder } = require('./support/folder');
const { printed } = require('./support/program');
const { record } = require('./support/streams');

const file = useFolder();
const ROOT = JSON.stringify(path.join(__dirname, '..'));

/** Where descriptors are counted in /proc. */
const onLinux = process.platform === 'linux' ? test : test.skip;

const openDescriptors = () => fs.readdirSync('/proc/self/fd').length;

/** Runs `source` as a worker until it says something, and terminates it. */
async function terminated(source) {
  const worker = new Worker(
    `const sluice = require(${ROOT}); const { parentPort } = require('node:worker_threads'); ${source}`,
    { eval: true },
  );
  await new Promise((resolve) => worker.once('message', resolve));
  await worker.terminate();
}

const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const describeUnix = process.platform === 'win32' ? describe.skip : describe;

describeUnix('a descriptor that a stream was given is closed by end() and destroy() alone', () => {
  test.each(['{ fd }', '{ fd, autoClose: false }'])('%s: not by the garbage collector', (options) =>
    printed(
      `
      const fd = fs.openSync(process.argv[1], 'w');
      (() => { sluice.createWriteStream('', ${options}).write('by the stream'); })();
      setTimeout(gc, 50);
      setTimeout(gc, 100);
      setTimeout(() => fs.writeSync(fd, ', by the program'), 200);
      process.on('exit', () => process.stdout.write(fs.readFileSync(process.argv[1])));`,
      { flags: ['--expose-gc'], args: [file('target')] },
    ).then((output) => expect(output).toBe('by the stream, by the program')),
  );

  test.each(['{ fd: FD }', '{ fd: FD, autoClose: false }'])(
    '%s: not by the end of the worker that had the stream',
    async (options) => {
      const fd = fs.openSync(file('target'), 'w');
      const source = `sluice.createWriteStream('', ${options}).write('x', () => parentPort.postMessage(''));`;
      await terminated(source.replace('FD', fd));
      await later(100);
      fs.writeSync(fd, 'y');
      fs.closeSync(fd);
      expect(fs.readFileSync(file('target'), 'utf8')).toBe('xy');
    },
  );

  onLinux(
    'but by end(), by destroy(), and, where the stream opened the file, with the stream',
    () =>
      printed(
        `
      const count = () => fs.readdirSync('/proc/self/fd').length;
      sluice.createWriteStream(process.argv[1]).end('warm').on('close', () => {
        const before = count();
        sluice.createWriteStream('', { fd: fs.openSync(process.argv[1], 'w') }).end('x');
        sluice.createWriteStream('', { fd: fs.openSync(process.argv[1], 'w') }).destroy();
        (() => { sluice.createWriteStream(process.argv[1]).write('x'); })();
        setTimeout(gc, 50);
        setTimeout(gc, 100);
        setTimeout(() => console.log(count() - before), 300);
      });`,
        { flags: ['--expose-gc'], args: [file('target')] },
      ).then((output) => expect(output).toBe('0\n')),
  );
});

describeUnix('a descriptor that a stream was given', () => {
  test.each(['createWriteStream', 'createReadStream'])(
    '%s does not say that it opens, destroyed at once or later',
    async (create) => {
      for (const destroy of [(s) => s.destroy(), (s) => setTimeout(() => s.destroy(), 20)]) {
        const stream = sluice[create]('', { fd: fs.openSync(file('target'), 'w+') });
        const events = record(stream, ['open', 'ready', 'close']);
        destroy(stream);
        await once(stream, 'close');
        await later(20);
        expect(events).toEqual(['close']);
        expect(stream).toMatchObject({ fd: null, pending: true });
      }
    },
  );
});

onLinux('a sink that was ended stops with its worker, and closes its file', async () => {
  const before = openDescriptors();
  await terminated(`
    const destination = ${JSON.stringify(file('slow'))};
    sluice.createSlowWritableStream({ bytesPerSecond: 200, destination }).end('x'.repeat(1000));
    setTimeout(() => parentPort.postMessage(''), 100);`);
  await later(100);
  const { size } = fs.statSync(file('slow'));
  expect(openDescriptors()).toBe(before);
  await later(200);
  expect(fs.statSync(file('slow')).size).toBe(size);
});
