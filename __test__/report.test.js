'use strict';

// observation.report(): one file that says what is known, to be looked at.

const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const { PassThrough, Readable, Writable } = require('node:stream');
const { text } = require('node:stream/consumers');
const { finished, pipeline } = require('node:stream/promises');
const { pathToFileURL } = require('node:url');
const { createGzip, createSlowWritableStream, observe } = require('..');
const { layOut } = require('../lib/observe/page/rails');
const { noise, pieces } = require('./support/data');
const { useFolder } = require('./support/folder');
const { HOSTILE, dataOf, pipeThrough, wordsOf } = require('./support/pages');
const { printed } = require('./support/program');
const {
  closeAfterEach,
  destroyAfterEach,
  rejection,
  stuckWritable,
  track,
  wait,
} = require('./support/streams');

destroyAfterEach();
const file = useFolder();

const keep = closeAfterEach();
const watch = (...streams) => keep(observe(...streams));

async function pageOf(observation, options) {
  await observation.report(file('page.html'), options);
  return fs.readFileSync(file('page.html'), 'utf8');
}

describe('what a page says', () => {
  test('the verdict, and the stages with their shares, bytes and buffers', async () => {
    const rows = Readable.from(pieces(noise(400_000), 50_000));
    const [gzip, upload] = [createGzip(), createSlowWritableStream({ bytesPerSecond: 1e6 })];
    const observation = watch({ rows, gzip, upload });
    await pipeline(rows, gzip, upload);
    while (!observation.closed) await wait(5);

    const html = await pageOf(observation, { title: 'Nightly' });
    const data = dataOf(html);
    const verdict = observation.verdict();
    expect(data).toMatchObject({ title: 'Nightly', over: true });
    expect(data.verdict).toMatchObject({ stage: 'upload', reason: 'remote', text: verdict.text });
    expect(data.edges).toEqual([
      ['rows', 'gzip'],
      ['gzip', 'upload'],
    ]);
    expect(data.stages.map(({ name, state }) => [name, state])).toEqual([
      ['rows', 'done'],
      ['gzip', 'done'],
      ['upload', 'done'],
    ]);
    const { times, stages } = data.history;
    expect(times.length).toBeGreaterThan(3);
    expect(times[0]).toBe(0);
    expect(times.at(-1)).toBeCloseTo(data.elapsed, 0);
    expect(stages[1].bytesIn.at(-1)).toBe(400_000);
    expect(stages[1].bytesOut.at(-1)).toBe(gzip.pressure.bytesOut);
    expect(Math.max(...stages[2].buffered)).toBeGreaterThan(0);

    const words = wordsOf(html);
    const share = Math.round(100 * data.stages[2].total.blocked);
    expect(words).toContain(verdict.text);
    expect(words).toContain(`blocked ${share} %, by the remote`);
    expect(words).toContain('from gzip');
    expect(words).toContain('holds the pipeline');
    expect(words).toContain('400.0 kB');
    expect(words.indexOf(verdict.text)).toBeLessThan(words.indexOf('3 stages'));
  });

  test('what is known so far, before, while and after the bytes flow', async () => {
    const rows = track(new PassThrough());
    const middle = track(new PassThrough());
    let taken;
    const sink = track(new Writable({ write: (chunk, encoding, done) => void (taken = done) }));
    rows.pipe(middle).pipe(sink);
    const observation = watch({ rows, middle, sink });
    const before = await pageOf(observation);
    expect(dataOf(before)).toMatchObject({ over: false, verdict: { stage: null, reason: null } });
    expect(wordsOf(before)).toContain('nothing has happened yet');
    expect(wordsOf(before)).toContain('No bytes have come yet');

    rows.end(Buffer.alloc(1000));
    while (!taken) await wait(5);
    const meanwhile = dataOf(await pageOf(observation));
    expect(meanwhile).toMatchObject({ over: false, stages: [{ bytesOut: 1000 }, {}, {}] });
    expect(meanwhile.history.stages[0].bytesOut.at(-1)).toBe(1000);

    taken();
    while (!observation.closed) await wait(5);
    const after = await pageOf(observation);
    expect(dataOf(after)).toMatchObject({ over: true, stages: [{}, {}, { bytesIn: 1000 }] });
    await wait(20);
    // The end stays what it was, and when.
    expect(await pageOf(observation)).toBe(after);
  });

  test('which stage failed first, and that the others ended with it', async () => {
    const source = track(new Readable({ read() {} }));
    const middle = track(new PassThrough());
    const target = track(new Writable({ write: (chunk, encoding, done) => done(failure) }));
    const failure = Object.assign(new Error('no space <left>'), { code: 'ENOSPC' });
    const observation = watch({ source, middle, target });
    source.push('abc');
    await expect(pipeline(source, middle, target)).rejects.toBe(failure);
    while (!observation.closed) await wait(5);
    const html = await pageOf(observation);
    expect(dataOf(html).stages.map(({ state }) => state)).toEqual(['failed', 'failed', 'failed']);
    const words = wordsOf(html);
    expect(words).toMatch(/sink ' target ' failed: ENOSPC: no space <left>/);
    expect(words.match(/ended by the failure of target/g)).toHaveLength(2);
    expect(html).not.toContain('<left>');
  });

  test('which stage was closed before its end', async () => {
    const source = track(new Readable({ read() {} }));
    const observation = watch({ source });
    source.destroy();
    while (!observation.closed) await wait(5);
    expect(wordsOf(await pageOf(observation))).toContain('closed before its end');
  });

  test('a stage that nobody observes any more is as it was', async () => {
    const stream = track(new PassThrough());
    const observation = watch({ stream });
    observation.close();
    stream.destroy();
    await wait(5);
    expect(dataOf(await pageOf(observation))).toMatchObject({
      over: true,
      stages: [{ state: 'running' }],
    });
  });
});

describe('a page is one file, in which names are nothing but text', () => {
  test('nothing is asked for elsewhere, and nothing may be', async () => {
    const html = await pageOf(watch(pipeThrough(4)));
    expect(html).not.toMatch(/<(link|img|iframe|object|embed|base|a)\b/);
    expect(html).not.toMatch(/\b(src|href|action|srcset)\s*=\s*["']/);
    expect(html).not.toMatch(/url\(|@import/);
    expect(html).toContain(`content="default-src 'none'; script-src 'sha256-`);
    expect(html).toContain("connect-src 'none'");
    expect(html).toContain('The MIT License (MIT)');
  });

  test.each(HOSTILE)('%j', async (name) => {
    const observation = watch(pipeThrough(3, { names: (n) => `${name}${n}` }));
    const html = await pageOf(observation, { title: name });
    expect(html).not.toContain(name);
    expect(html.match(/<script/g)).toHaveLength(3);
    expect(html.match(/<\/script/g)).toHaveLength(3);
    const data = dataOf(html);
    expect(data.title).toBe(name);
    expect(data.stages.map((stage) => stage.name)).toEqual([0, 1, 2].map((n) => `${name}${n}`));
    expect(wordsOf(html)).toContain(`${name}0`.replace(/\s+/g, ' '));
  });
});

describe('the graph', () => {
  const names = (text) => text.split('');
  const edges = (text) => text.split(' ').map((pair) => pair.split(''));
  const shown = (stages, pairs) =>
    layOut(names(stages), edges(pairs)).map(
      ({ name, lane, into, through, feeds }) =>
        `${name}${lane} ${into.join('')}<${through.join('')}${feeds ? '>' : ''}`,
    );

  test('a line of stages has one lane', () => {
    expect(shown('abc', 'ab bc')).toEqual(['a0 <>', 'b0 0<>', 'c0 0<']);
  });

  test('a branch has a lane of its own, from its source to its sink', () => {
    expect(shown('abcde', 'ab bc ad de')).toEqual([
      'a0 <>',
      'b1 0<0>',
      'c1 1<0',
      'd0 0<>',
      'e0 0<',
    ]);
  });

  test('branches that meet again', () => {
    expect(shown('abcd', 'ab ac bd cd')).toEqual(['a0 <>', 'b1 0<0>', 'c0 0<1>', 'd0 01<']);
  });

  test('many branches of one source share its lane', () => {
    const rows = layOut(names('abcdefgh'), edges('ab ac ad ae af ag ah'));
    expect(Math.max(...rows.map(({ lane }) => lane))).toBe(1);
  });

  test('stages come behind what feeds them, however they are given, and circles end', () => {
    const order = (stages, pairs) => layOut(names(stages), edges(pairs)).map(({ name }) => name);
    expect(order('cba', 'ab bc').join('')).toBe('abc');
    expect(order('abc', 'ab bc ca').join('')).toBe('abc');
    expect(order('ab', 'aa ab').join('')).toBe('ab');
  });
});

describe('where a page goes', () => {
  test('a URL will do, and what stood there is replaced with its mode', async () => {
    fs.writeFileSync(file('page.html'), 'something longer '.repeat(1e5), { mode: 0o600 });
    const observation = watch(track(new PassThrough()));
    await observation.report(pathToFileURL(file('page.html')));
    expect(fs.readFileSync(file('page.html'), 'utf8')).toMatch(/^<!doctype html>.*<\/html>\n$/s);
    if (process.platform !== 'win32') {
      expect(fs.statSync(file('page.html')).mode & 0o777).toBe(0o600);
    }
    expect(fs.readdirSync(file(''))).toEqual(['page.html']);
  });

  test('a symbolic link stays one', async () => {
    fs.writeFileSync(file('real.html'), '');
    fs.symlinkSync('real.html', file('link.html'));
    await watch(track(new PassThrough())).report(file('link.html'));
    expect(fs.lstatSync(file('link.html')).isSymbolicLink()).toBe(true);
    expect(fs.readFileSync(file('real.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  test.each([
    ['a folder that is not there', () => file('missing/page.html'), 'ENOENT'],
    ...(process.platform === 'win32'
      ? []
      : [
          ['a folder', () => file(''), 'EISDIR'],
          ['a file in the place of a folder', () => `${__filename}/page.html`, 'ENOTDIR'],
        ]),
    ['a path that cannot be', () => file('a\0b'), 'ERR_INVALID_ARG_VALUE'],
    ['no path', () => undefined, 'ERR_INVALID_ARG_TYPE'],
    ['a number', () => 1, 'ERR_INVALID_ARG_TYPE'],
  ])('%s is an error, and the streams go on', async (_, path, code) => {
    const streams = pipeThrough(3);
    const observation = watch(streams);
    const error = await rejection(observation.report(path()));
    expect(error).toMatchObject({ code });
    if (error.syscall) expect(error.path).toBe(path());
    await finished(streams['stage 2']);
    expect(observation.snapshot().stages[2].bytesIn).toBe(100_000);
    expect(fs.readdirSync(file(''))).toEqual([]);
  });

  test('what stood there stays when its place cannot be taken, and nothing is left beside it', async () => {
    fs.writeFileSync(file('page.html'), 'before');
    const failure = Object.assign(new Error('EIO'), { code: 'EIO', errno: -5, syscall: 'rename' });
    const rename = jest.spyOn(fs.promises, 'rename').mockRejectedValue(failure);
    try {
      const error = await rejection(watch(stuckWritable()).report(file('page.html')));
      expect(error).toMatchObject({ code: 'EIO', errno: -5, path: file('page.html') });
      expect(rename).toHaveBeenCalledTimes(1);
    } finally {
      rename.mockRestore();
    }
    expect(fs.readdirSync(file(''))).toEqual(['page.html']);
    expect(fs.readFileSync(file('page.html'), 'utf8')).toBe('before');
  });

  const withPipes = process.platform === 'win32' ? test.skip : test;
  withPipes('a pipe is written to where it stands', async () => {
    execFileSync('mkfifo', [file('pipe')]);
    const reader = spawn('cat', [file('pipe')]);
    const received = text(reader.stdout);
    try {
      await watch(stuckWritable()).report(file('pipe'));
      expect(fs.statSync(file('pipe')).isFIFO()).toBe(true);
      expect(await received).toMatch(/^<!doctype html>.*<\/html>\n$/s);
    } finally {
      reader.kill();
    }
  });

  test('an error of the system is an Error of the program that says where', async () => {
    const error = await rejection(watch(stuckWritable()).report(file('missing/page.html')));
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toContain(`'${file('missing/page.html')}'`);
  });

  test.each([1, null, {}])('a title that is no string: %p', async (title) => {
    const error = await rejection(watch(stuckWritable()).report(file('page.html'), { title }));
    expect(error.code).toBe('ERR_INVALID_ARG_TYPE');
    expect(fs.existsSync(file('page.html'))).toBe(false);
  });
});

test('a page that was asked for is written before the process ends', async () => {
  const output = await printed(`
    const { PassThrough } = require('node:stream');
    sluice.observe(new PassThrough()).report(${JSON.stringify(file('page.html'))});
    process.on('exit', () => console.log('ended'));
  `);
  expect(output).toBe('ended\n');
  expect(fs.readFileSync(file('page.html'), 'utf8')).toMatch(/<\/html>\n$/);
});
