'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { useFolder } = require('./support/folder');
const { runProgram } = require('./support/program');

const file = useFolder();
const quiet = (stdout = '') => ({ code: 0, signal: null, stdout, stderr: '' });

/** An idle stream has nothing to do until the program does something. */
const idle = [
  ['a gzip that is never written to', 'sluice.createGzip();'],
  ['one of each codec', 'for (const n in sluice) if (/^create.*(flate|zip)/.test(n)) sluice[n]();'],
  ['a slow writer', 'sluice.createSlowWritableStream({ bytesPerSecond: 1 });'],
  ['a file', `sluice.createWriteStream(process.argv[1]);`],
  [
    'a file whose bytes are written, and that is not ended',
    `
    const f = sluice.createWriteStream(process.argv[1]); f.write('x'); f.write(Buffer.alloc(1e6));`,
  ],
  [
    'a gzip that is fed and that nobody reads',
    `
    sluice.createGzip({ level: 0 }).write(Buffer.alloc(1e6));`,
  ],
  [
    'the same, written to again when it has stopped',
    `
    const g = sluice.createGzip({ level: 0, readableHighWaterMark: 1024 });
    g.write(Buffer.alloc(1e5)); setTimeout(() => g.write(Buffer.alloc(1e5)), 100);`,
  ],
  [
    'the same, ended',
    `
    sluice.createGzip({ level: 0 }).end(Buffer.alloc(1e6));`,
  ],
  [
    'a gzip that is fed and paused',
    `
    const g = sluice.createGzip({ level: 0 }); g.on('data', () => g.pause()); g.write(Buffer.alloc(1e6));`,
  ],
  [
    'a gunzip in the middle of a member',
    `
    const g = sluice.createGunzip().resume();
    g.write(require('node:zlib').gzipSync('half').subarray(0, 15));`,
  ],
  ['corked bytes', `const s = sluice.createGzip().resume(); s.cork(); s.write('x');`],
  [
    'corked bytes of a file',
    `
    const s = sluice.createWriteStream(process.argv[1]); s.cork(); s.write('x');`,
  ],
  [
    'streams that were destroyed',
    `
    for (const s of [sluice.createGzip(), sluice.createWriteStream(process.argv[1]),
      sluice.createSlowWritableStream({ latency: Infinity })]) {
      s.on('error', () => {}); s.write(Buffer.alloc(1e6)); s.destroy(); }`,
  ],
  [
    "a callback that its reader's silence holds up",
    `
    const g = sluice.createGzip({ level: 0 }); g.write(Buffer.alloc(1e6), () => console.log('called'));`,
  ],
  [
    'ready() that nobody will grant',
    `
    const g = sluice.createGzip({ level: 0 }); g.write(Buffer.alloc(1e6)); g.ready();`,
  ],
];

test.each(idle)('lets the process exit: %s', async (_, program) => {
  expect(await runProgram(program, { args: [file('target')] })).toEqual(quiet());
});

/** A busy stream has something to do by itself, and somebody who waits for it. */
const busy = [
  [
    'a gzip until what comes of its blocks is read',
    `
    const g = sluice.createGzip({ level: 9 }); let n = 0; g.on('data', (chunk) => { n += chunk.length; });
    g.write(require('node:crypto').randomBytes(1e6)); process.on('exit', () => console.log(n > 7.5e5));`,
    'true\n',
  ],
  [
    'a slow writer until its bytes are consumed',
    `
    const s = sluice.createSlowWritableStream({ bytesPerSecond: 1e5 }); s.write(Buffer.alloc(3e4));
    process.on('exit', () => console.log(s.writableLength));`,
    '0\n',
  ],
  [
    'a latency until it has passed',
    `
    const s = sluice.createSlowWritableStream({ latency: 200 }); s.write('x');
    process.on('exit', () => console.log(s.writableLength, s.bytesWritten));`,
    '0 1\n',
  ],
  [
    'a file until it has its bytes',
    `
    const s = sluice.createWriteStream(process.argv[1]); s.write(Buffer.alloc(1e7));
    process.on('exit', () => console.log(fs.statSync(process.argv[1]).size));`,
    '10000000\n',
  ],
  [
    'a file until it is open',
    `
    sluice.createWriteStream(process.argv[1]).on('ready', () => console.log('ready'));`,
    'ready\n',
  ],
  [
    'a file until it is closed',
    `
    sluice.createWriteStream(process.argv[1]).on('close', () => console.log('closed')).end();`,
    'closed\n',
  ],
  [
    'a destroyed file until it is closed',
    `
    sluice.createWriteStream(process.argv[1]).on('close', () => console.log('closed')).destroy();`,
    'closed\n',
  ],
  [
    'a callback of write() that is due',
    `
    sluice.createGzip().resume().write('x', () => console.log('called'));`,
    'called\n',
  ],
  [
    'a callback of a write() of nothing',
    `
    sluice.createGzip().write('', () => console.log('called'));`,
    'called\n',
  ],
  [
    'a callback made by a callback',
    `
    const s = sluice.createGzip().resume();
    s.write('x', () => s.write('y', () => s.flush(() => console.log('called'))));`,
    'called\n',
  ],
  [
    'a callback of flush()',
    `
    const g = sluice.createGzip().resume(); g.flush(0, () => g.flush(() => console.log('called')));`,
    'called\n',
  ],
  [
    "'drain' that is due",
    `
    const g = sluice.createGzip({ highWaterMark: 10 }).resume();
    g.write('x'.repeat(100)); g.on('drain', () => console.log('drain'));`,
    'drain\n',
  ],
  [
    'ready() that will be granted',
    `
    const g = sluice.createGzip({ highWaterMark: 10 }).resume();
    g.write('x'.repeat(100)); g.ready().then(() => console.log('room'));`,
    'room\n',
  ],
  [
    "'end' for its reader",
    `
    sluice.createGzip().on('end', () => console.log('end')).resume().end('x');`,
    'end\n',
  ],
  [
    "'finish' of a gzip whose output fits its buffer",
    `
    sluice.createGzip().on('finish', () => console.log('finish')).end('x');`,
    'finish\n',
  ],
  [
    "a decoder's error",
    `
    sluice.createGunzip().on('error', ({ code }) => console.log(code)).end('no');`,
    'Z_DATA_ERROR\n',
  ],
  [
    "'open' fails",
    `
    sluice.createWriteStream(process.argv[1] + '/no').on('error', ({ code }) => console.log(code));`,
    'ENOENT\n',
  ],
  [
    'corked bytes that are uncorked',
    `
    const s = sluice.createWriteStream(process.argv[1]); s.cork(); s.write('x');
    setTimeout(() => s.uncork(), 50);
    process.on('exit', () => console.log(s.bytesWritten));`,
    '1\n',
  ],
  [
    'a pipe from end to end',
    `
    fs.createReadStream(process.execPath, { end: 3e6 }).pipe(sluice.createGzip({ level: 1 }))
      .pipe(sluice.createGunzip()).pipe(sluice.createSlowWritableStream())
      .on('finish', function () { console.log(this.bytesWritten); });`,
    '3000001\n',
  ],
  [
    'nobody else keeps the stream',
    `
    (() => { const s = sluice.createSlowWritableStream({ latency: 50 });
      s.end('x', () => console.log('ended')); })();
    const t = setInterval(() => gc(), 5); t.unref();`,
    'ended\n',
  ],
];

test.each(busy)('holds the process: %s', async (_, program, output) => {
  const options = { args: [file('target')], flags: ['--expose-gc'] };
  expect(await runProgram(program, options)).toEqual(quiet(output));
});

test('a file that is not ended has all bytes when the process has gone', async () => {
  const program = "sluice.createWriteStream(process.argv[1]).write('y'.repeat(5e6));";
  expect(await runProgram(program, { args: [file('target')] })).toEqual(quiet());
  expect(fs.statSync(file('target')).size).toBe(5e6);
});

/** Root may take away its own right to make threads. */
const asRoot =
  process.platform === 'linux' &&
  process.getuid() === 0 &&
  spawnSync('prlimit', ['--version']).status === 0;

(asRoot ? test : test.skip)(
  'a sink that could not start, for want of threads, does not hold the process',
  async () => {
    const { code, signal, stdout } = await runProgram(
      `
      require('node:child_process').execSync('prlimit --nproc=1:1 --pid ' + process.pid);
      process.setuid(65534);
      try {
        sluice.createSlowWritableStream();
      } catch ({ message }) {
        console.log(message);
      }`,
      { timeout: 5000 },
    );
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(stdout).toMatch(/thread/);
  },
);
