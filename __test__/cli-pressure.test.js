'use strict';

/** `sluice … --pressure PAGE`: a page of the conversion, which costs neither its source nor its result anything. */

const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');
const { sampleText, sluice, temporaryFolder } = require('./support/command.js');
const { dataOf, wordsOf } = require('./support/pages.js');

const TEXT = sampleText(1_000_000);
const OK = { status: 0, signal: null, stderr: '' };

let folder;
const file = (name) => path.join(folder, name);
const read = (name) => fs.readFileSync(file(name));
const write = (name, data) => fs.writeFileSync(file(name), data);
const run = (args, options) => sluice(folder, args, options);
const page = (name = 'page.html') => read(name).toString();
const files = () => fs.readdirSync(folder);

beforeEach(() => {
  folder = temporaryFolder();
  write('a', TEXT);
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

describe('a page is made', () => {
  test('of gzip and of gunzip, beside their results', () => {
    expect(run(['gzip', '--pressure', 'page.html', 'a'])).toMatchObject(OK);
    expect(zlib.gunzipSync(read('a.gz')).equals(TEXT)).toBe(true);
    expect(dataOf(page())).toMatchObject({
      title: 'sluice gzip a',
      over: true,
      stages: [
        { name: 'source', state: 'done', bytesOut: TEXT.length },
        { name: 'gzip', state: 'done', bytesIn: TEXT.length },
        { name: 'target', state: 'done', bytesIn: read('a.gz').length },
      ],
      edges: [
        ['source', 'gzip'],
        ['gzip', 'target'],
      ],
    });
    expect(wordsOf(page())).toContain(dataOf(page()).verdict.text);

    expect(run(['gunzip', '-f', '--pressure=page.html', 'a.gz'])).toMatchObject(OK);
    expect(read('a').equals(TEXT)).toBe(true);
    expect(dataOf(page())).toMatchObject({
      title: 'sluice gunzip a.gz',
      stages: [{}, { name: 'gunzip', bytesOut: TEXT.length }, { bytesIn: TEXT.length }],
    });
    expect(files()).toEqual(['a', 'a.gz', 'page.html']);
  });

  test('from standard input to standard output', () => {
    const packed = run(['gzip', '--pressure', 'page.html'], { input: TEXT });
    expect(packed).toMatchObject(OK);
    expect(zlib.gunzipSync(packed.stdout).equals(TEXT)).toBe(true);
    expect(
      dataOf(page())
        .stages.map(({ bytesOut }) => bytesOut)
        .slice(0, 2),
    ).toEqual([TEXT.length, packed.stdout.length]);
  });

  test('of a conversion that fails, which says so there too', () => {
    write('b.gz', zlib.gzipSync(TEXT).subarray(0, 1000));
    const { status, stderr } = run(['gunzip', '--pressure', 'page.html', 'b.gz']);
    expect([status, stderr]).toEqual([1, 'sluice: b.gz: unexpected end of file\n']);
    expect(wordsOf(page())).toMatch(/transform ' gunzip ' failed: /);
    expect(files()).toEqual(['a', 'b.gz', 'page.html']);
  });

  test('in the place of an older one, of an empty file, or by force of any', () => {
    const older = run(['gzip', '-c', '--pressure', 'older.html', 'a']);
    expect(older.status).toBe(0);
    for (const [before, ...force] of [[page('older.html')], [''], ['something else', '-f']]) {
      write('page.html', before);
      expect(run(['gzip', '-c', ...force, '--pressure', 'page.html', 'a']).status).toBe(0);
      expect(page()).not.toBe(before);
      expect(page()).toMatch(/<\/html>\n$/);
    }
  });
});

describe('nothing is lost for a page', () => {
  test('a file that is none stays, and nothing is converted', () => {
    write('b', 'something else');
    const { status, stderr } = run(['gzip', '--pressure', 'b', 'a']);
    expect(stderr).toBe('sluice: b already exists and is no such page; not overwritten\n');
    expect(status).toBe(2);
    expect(files()).toEqual(['a', 'b']);
    expect(read('b').toString()).toBe('something else');
  });

  test.each([
    ['the source', ['-f', '--pressure', 'a', 'a']],
    ['the source by another name', ['-f', '--pressure', './a', 'a']],
    ['the source behind a link', ['-f', '--pressure', 'link', 'a']],
    ['a result that is new', ['--pressure', 'a.gz', 'a']],
    ['a result that is to be replaced', ['-f', '--pressure', 'old', '-o', 'old', 'a']],
  ])('%s is no place for it', (_, args) => {
    fs.symlinkSync('a', file('link'));
    write('old', 'old');
    const { status, stderr } = run(['gzip', ...args]);
    expect(stderr).toMatch(/: the page and the input or output are the same file\n$/);
    expect(status).toBe(1);
    expect(files()).toEqual(['a', 'link', 'old']);
    expect(read('a').equals(TEXT)).toBe(true);
    expect(read('old').toString()).toBe('old');
  });

  test('standard output is no place for it', () => {
    const out = fs.openSync(file('out'), 'w');
    const options = { stdio: ['ignore', out, 'pipe'] };
    const { status } = run(['gzip', '-cf', '--pressure', 'out', 'a'], options);
    fs.closeSync(out);
    expect([status, read('out').length]).toEqual([1, 0]);
  });

  test('a page that cannot be written is an error, and the result is there', () => {
    const { status, stderr } = run(['gzip', '--pressure', 'missing/page.html', 'a']);
    expect(stderr).toBe('sluice: missing/page.html: No such file or directory\n');
    expect(status).toBe(1);
    expect(files()).toEqual(['a', 'a.gz']);
    expect(zlib.gunzipSync(read('a.gz')).equals(TEXT)).toBe(true);
  });
});

test.each([
  ['needs the name of a file', ['--pressure', '', 'a']],
  ['needs the name of a file', ['--pressure', '-', 'a']],
  ['takes only one source', ['--pressure', 'page.html', 'a', 'b']],
])('it %s', (message, args) => {
  const { status, stderr } = run(['gzip', ...args]);
  expect(stderr).toContain(`option --pressure ${message}\n`);
  expect(status).toBe(1);
  expect(files()).toEqual(['a']);
});
