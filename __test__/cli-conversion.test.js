'use strict';

/** `sluice gzip` and `sluice gunzip`: what goes where, and that it is what gzip would make of it. */

const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');
const { hasGzip, original, sampleText, sluice, temporaryFolder } = require('./support/command.js');

const withGzip = hasGzip ? test : test.skip;
const TEXT = sampleText(3_000_000);
const OK = { status: 0, signal: null, stderr: '' };

let folder;
const file = (name) => path.join(folder, name);
const read = (name) => fs.readFileSync(file(name));
const write = (name, data) => fs.writeFileSync(file(name), data);
const run = (args, options) => sluice(folder, args, options);

beforeEach(() => {
  folder = temporaryFolder();
  write('a', TEXT);
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

describe('beside gzip', () => {
  withGzip('gunzip reads what gzip wrote, and gzip what sluice wrote', () => {
    expect(run(['gzip', 'a'])).toMatchObject(OK);
    expect(original('gzip', folder, ['-dc', 'a.gz']).stdout.equals(TEXT)).toBe(true);

    original('gzip', folder, ['-kf', 'a']);
    expect(run(['gunzip', '-o', 'b', 'a.gz'])).toMatchObject(OK);
    expect(read('b').equals(TEXT)).toBe(true);
  });

  withGzip('files joined together come out joined, as from gzip', () => {
    write('b', 'the second file\n');
    original('gzip', folder, ['a', 'b']);
    write('both.gz', Buffer.concat([read('a.gz'), read('b.gz')]));
    expect(run(['gunzip', 'both.gz'])).toMatchObject(OK);
    expect(read('both').equals(Buffer.concat([TEXT, Buffer.from('the second file\n')]))).toBe(true);
  });
});

describe('names', () => {
  test('gzip adds .gz, gunzip takes it away, and both keep their source', () => {
    expect(run(['gzip', 'a'])).toMatchObject(OK);
    expect(fs.readdirSync(folder)).toEqual(['a', 'a.gz']);
    fs.rmSync(file('a'));
    expect(run(['gunzip', 'a.gz'])).toMatchObject(OK);
    expect(fs.readdirSync(folder)).toEqual(['a', 'a.gz']);
    expect(read('a').equals(TEXT)).toBe(true);
  });

  test.each([
    ['x.tgz', 'x.tar'],
    ['X.GZ', 'X'],
    ['x.y.gz', 'x.y'],
  ])('gunzip makes of %s %s', (source, target) => {
    write(source, zlib.gzipSync('text'));
    expect(run(['gunzip', source])).toMatchObject(OK);
    expect(fs.readdirSync(folder)).toEqual([source, 'a', target].sort());
  });

  test('gzip leaves alone what has its suffix, unless forced', () => {
    write('b.gz', zlib.gzipSync('text'));
    const refused = run(['gzip', 'b.gz']);
    expect(refused.status).toBe(0); // gzip's own
    expect(refused.stderr).toBe('sluice: b.gz already has .gz suffix -- unchanged\n');
    expect(fs.existsSync(file('b.gz.gz'))).toBe(false);
    expect(run(['gzip', '-f', 'b.gz'])).toMatchObject(OK);
    expect(zlib.gunzipSync(read('b.gz.gz')).equals(read('b.gz'))).toBe(true);
  });

  test('-- ends the options', () => {
    write('-9', TEXT);
    expect(run(['gzip', '--', '-9'])).toMatchObject(OK);
    expect(zlib.gunzipSync(read('-9.gz')).equals(TEXT)).toBe(true);
  });

  test('a symbolic link is followed', () => {
    fs.symlinkSync('a', file('link'));
    expect(run(['gzip', 'link'])).toMatchObject(OK);
    expect(zlib.gunzipSync(read('link.gz')).equals(TEXT)).toBe(true);
    expect(fs.lstatSync(file('link')).isSymbolicLink()).toBe(true);
  });
});

describe('standard input and output', () => {
  test.each([[[]], [['-']]])('without a file (%j) input goes to output', (files) => {
    const packed = run(['gzip', ...files], { input: TEXT });
    expect(packed).toMatchObject(OK);
    const unpacked = run(['gunzip', ...files], { input: packed.stdout });
    expect(unpacked).toMatchObject(OK);
    expect(unpacked.stdout.equals(TEXT)).toBe(true);
  });

  test('-c writes there, one after the other, whatever the names', () => {
    write('b', 'the second\n');
    const packed = run(['gzip', '-c', 'a', 'b']);
    expect(packed).toMatchObject(OK);
    const both = Buffer.concat([TEXT, Buffer.from('the second\n')]);
    expect(zlib.gunzipSync(packed.stdout).equals(both)).toBe(true);
    expect(fs.readdirSync(folder)).toEqual(['a', 'b']);

    write('strange.name', packed.stdout);
    expect(run(['gunzip', '-c', 'strange.name']).stdout.equals(both)).toBe(true);
  });

  test('output that is a file is appended to, and many sources leave no warning', () => {
    write('b.gz', zlib.gzipSync('line\n'));
    const out = fs.openSync(file('out'), 'w');
    const options = { stdio: ['ignore', out, 'pipe'] };
    for (let i = 0; i < 2; i++) {
      const { status, stderr } = run(['gunzip', '-c', ...Array(20).fill('b.gz')], options);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    }
    fs.closeSync(out);
    expect(read('out').toString()).toBe('line\n'.repeat(40));
  });

  test('-o writes a file, from standard input too; -o - is standard output', () => {
    expect(run(['gzip', '-o', 'x', 'a'])).toMatchObject(OK);
    expect(zlib.gunzipSync(read('x')).equals(TEXT)).toBe(true);
    expect(run(['gzip', '--output=y'], { input: TEXT })).toMatchObject(OK);
    expect(zlib.gunzipSync(read('y')).equals(TEXT)).toBe(true);
    expect(zlib.gunzipSync(run(['gzip', '-o', '-', 'a']).stdout).equals(TEXT)).toBe(true);
    expect(fs.readdirSync(folder)).toEqual(['a', 'x', 'y']);
  });
});

describe('levels', () => {
  const size = (...options) => run(['gzip', '-c', ...options, 'a']).stdout.length;

  test('-1 is larger than the default, -9 is not; --fast and --best are their names', () => {
    const [fast, normal, best] = [size('-1'), size(), size('-9')];
    expect(fast).toBeGreaterThan(normal);
    expect(best).toBeLessThanOrEqual(normal);
    expect(size('--fast')).toBe(fast);
    expect(size('--best')).toBe(best);
    expect(size('-6')).toBe(normal);
  });

  test('the last one wins, alone or combined with other letters', () => {
    expect(size('-9', '-1')).toBe(size('-1'));
    expect(size('-19')).toBe(size('-9'));
    expect(run(['gzip', '-1c', 'a']).stdout.length).toBe(size('-1'));
  });
});

describe('what the result inherits', () => {
  test('mode and times', () => {
    fs.chmodSync(file('a'), 0o640);
    fs.utimesSync(file('a'), 1_000_000_000.25, 1_100_000_000.5);
    expect(run(['gzip', 'a'])).toMatchObject(OK);
    const stat = fs.statSync(file('a.gz'));
    if (process.platform !== 'win32') expect(stat.mode & 0o777).toBe(0o640);
    expect(stat.mtimeMs).toBe(1_100_000_000_500);
    expect(stat.atimeMs).toBe(1_000_000_000_250);
  });
});

describe('--rm', () => {
  test('removes the source after a success', () => {
    expect(run(['gzip', '--rm', 'a'])).toMatchObject(OK);
    expect(fs.readdirSync(folder)).toEqual(['a.gz']);
    expect(run(['gunzip', '--rm', 'a.gz'])).toMatchObject(OK);
    expect(fs.readdirSync(folder)).toEqual(['a']);
    expect(read('a').equals(TEXT)).toBe(true);
  });

  test('keeps the source after a failure', () => {
    write('b.gz', zlib.gzipSync(TEXT).subarray(0, 1000));
    expect(run(['gunzip', '--rm', 'b.gz']).status).toBe(1);
    write('a.gz', 'something else');
    expect(run(['gzip', '--rm', 'a']).status).toBe(2);
    expect(fs.readdirSync(folder)).toEqual(['a', 'a.gz', 'b.gz']);
  });
});

test('memory does not grow with the input', () => {
  write('peak.js', "process.on('exit', () => console.error(process.resourceUsage().maxRSS));");
  const peak = (bytes) => {
    write('zeros.gz', zlib.gzipSync(Buffer.alloc(bytes)));
    const env = { ...process.env, NODE_OPTIONS: `--require=${file('peak.js')}` };
    const { status, stderr } = run(['gunzip', '-f', 'zeros.gz'], { env });
    expect(status).toBe(0);
    expect(fs.statSync(file('zeros')).size).toBe(bytes);
    return Number(stderr) * 1024;
  };
  const small = peak(1_000_000);
  expect(peak(300_000_000) - small).toBeLessThan(64 * 1024 * 1024);
});
