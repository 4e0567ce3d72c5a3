'use strict';

/** Exit codes and messages, with the real gzip as the judge where it is installed. */

const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');
const { version } = require('../package.json');
const {
  SCRIPT,
  hasGzip,
  hasScript,
  original,
  sluice,
  start,
  temporaryFolder,
} = require('./support/command.js');

const withGzip = hasGzip ? test : test.skip;
const onPosix = process.platform === 'win32' ? test.skip : test;
const withTerminal = hasScript ? test : test.skip;
const PACKED = zlib.gzipSync('some text that is long enough to be cut in the middle');

let folder;
const write = (name, data) => fs.writeFileSync(path.join(folder, name), data);
const run = (args, options) => sluice(folder, args, options);

beforeEach(() => {
  folder = temporaryFolder();
  fs.mkdirSync(path.join(folder, 'folder'));
  write('a', 'text\n');
  write('exists', 'text\n');
  write('exists.gz', PACKED);
  write('not.gz', 'not in gzip format\n');
  write('short.gz', PACKED.subarray(0, 40));
  write('empty.gz', '');
  write('tail.gz', PACKED.subarray(0, -8));
  const corrupt = (at) => Buffer.from(PACKED.map((byte, i) => (i === at ? byte ^ 0xff : byte)));
  write('garbage.gz', Buffer.concat([PACKED, Buffer.from('garbage')]));
  write('member.gz', Buffer.concat([PACKED, PACKED.subarray(0, 8)]));
  write('crc.gz', corrupt(PACKED.length - 8));
  write('length.gz', corrupt(PACKED.length - 4));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** Arguments, exit code, message. */
const CASES = [
  ['gzip', ['a'], 0, ''],
  ['gzip', ['missing'], 1, 'missing: No such file or directory'],
  ['gzip', ['folder'], 2, 'folder is a directory -- ignored'],
  ['gzip', ['-f', 'folder'], 2, 'folder is a directory -- ignored'],
  ['gzip', ['exists'], 2, 'exists.gz already exists; not overwritten'],
  ['gzip', ['exists.gz'], 0, 'exists.gz already has .gz suffix -- unchanged'],
  ['gzip', ['a/b'], 1, 'a/b: Not a directory'],
  ['gzip', ['--nonsense', 'a'], 1, "unknown option '--nonsense'"],
  ['gunzip', ['exists.gz'], 2, 'exists already exists; not overwritten'],
  ['gunzip', ['a'], 2, 'a: unknown suffix -- ignored'],
  ['gunzip', ['missing.gz'], 1, 'missing.gz: No such file or directory'],
  ['gunzip', ['not.gz'], 1, 'not.gz: not in gzip format'],
  ['gunzip', ['-c', 'a'], 1, 'a: not in gzip format'],
  ['gunzip', ['garbage.gz'], 2, 'garbage.gz: decompression OK, trailing garbage ignored'],
  ['gunzip', ['-c', 'garbage.gz'], 2, 'garbage.gz: decompression OK, trailing garbage ignored'],
  ['gunzip', ['member.gz'], 1, 'member.gz: unexpected end of file'],
  ['gunzip', ['short.gz'], 1, 'short.gz: unexpected end of file'],
  ['gunzip', ['tail.gz'], 1, 'tail.gz: unexpected end of file'],
  ['gunzip', ['empty.gz'], 1, 'empty.gz: unexpected end of file'],
  ['gunzip', ['crc.gz'], 1, 'crc.gz: invalid compressed data--crc error'],
  ['gunzip', ['length.gz'], 1, 'length.gz: invalid compressed data--length error'],
  ['gunzip', [], 1, 'stdin: unexpected end of file'],
  // An error outweighs a warning, whichever comes first.
  ['gzip', ['folder', 'missing'], 1, 'missing: No such file or directory'],
  ['gzip', ['missing', 'folder'], 1, 'folder is a directory -- ignored'],
];

test.each(CASES)('%s %j: exit code %i', (command, args, status, message) => {
  const result = run([command, ...args], { input: '' });
  expect(result.status).toBe(status);
  expect(result.stderr.trim().split('\n')).toContain(message && `sluice: ${message}`);
});

withGzip.each(CASES)('%s %j: gzip gives %i too', (command, args, status) => {
  expect(original(command, folder, ['-k', ...args], { input: '' }).status).toBe(status);
});

test('garbage behind a gzip file costs nothing of what came before it', () => {
  expect(run(['gunzip', 'garbage.gz']).status).toBe(2);
  const output = fs.readFileSync(path.join(folder, 'garbage'), 'utf8');
  expect(output).toBe(zlib.gunzipSync(PACKED).toString());
});

describe('--quiet', () => {
  test('silences warnings, not their exit code', () => {
    expect(run(['gzip', '-q', 'folder'])).toMatchObject({ status: 2, stderr: '' });
    expect(run(['gzip', '--quiet', 'exists'])).toMatchObject({ status: 2, stderr: '' });
  });

  test('does not silence errors', () => {
    expect(run(['gzip', '-q', 'missing']).stderr).not.toBe('');
  });
});

describe('help and version', () => {
  test('go to standard output, and the exit code is 0', () => {
    for (const args of [['--help'], ['-h'], ['gzip', '--help'], ['gunzip', '-h']]) {
      const { status, stdout, stderr } = run(args);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout.toString()).toMatch(/^Usage: sluice/);
    }
    expect(run(['--version']).stdout.toString()).toBe(`${version}\n`);
    expect(run(['gzip', '--help']).stdout.toString()).toContain('sluice gzip [OPTION]');
  });
});

describe('a usage error', () => {
  test.each([
    [[]],
    [['compress', 'a']],
    [['gzip', '--nonsense', 'a']],
    [['gzip', '-0', 'a']],
    [['gzip', '-o']],
    [['gzip', '-o', '', 'a']],
    [['gzip', '-o', 'x', 'a', 'exists']],
    [['gzip', '-c', '-o', 'x', 'a']],
    [['gzip', '--rm', '-c', 'a']],
    [['gzip', '--rm', '-k', 'a']],
    [['gzip', '-', '-']],
  ])('%j: says so, exits with 1, and touches nothing', (args) => {
    const before = fs.readdirSync(folder);
    const { status, stdout, stderr } = run(args, { input: '' });
    expect(status).toBe(1);
    expect(stdout.length).toBe(0);
    expect(stderr).toMatch(/^sluice: .+\nTry 'sluice --help'\.\n$/);
    expect(fs.readdirSync(folder)).toEqual(before);
  });
});

describe('a name that holds control characters', () => {
  test('is shown without them', () => {
    expect(run(['gzip', 'x\x1b[31m\ny']).stderr).toBe(
      'sluice: x?[31m?y: No such file or directory\n',
    );
  });
});

describe('a source that is not a file', () => {
  onPosix('is refused, but not with -c or -o', async () => {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const message = 'pipe is not a directory or a regular file - ignored';
    expect(run(['gzip', 'pipe'])).toMatchObject({ status: 2, stderr: `sluice: ${message}\n` });
    for (const args of [
      ['-co', '-'],
      ['-o', 'x'],
    ]) {
      const { child, exit } = start(folder, ['gzip', ...args, 'pipe']);
      const output = [];
      child.stdout.on('data', (chunk) => output.push(chunk));
      await fs.promises.writeFile(pipe, 'through a pipe');
      expect(await exit).toMatchObject({ status: 0, stderr: '' });
      const result = args[0] === '-o' ? fs.readFileSync(path.join(folder, 'x')) : output;
      expect(zlib.gunzipSync(Buffer.concat([result].flat())).toString()).toBe('through a pipe');
    }
  });

  test('a folder as standard input is an error', () => {
    const stdin = fs.openSync(folder, 'r');
    expect(run(['gzip'], { stdio: [stdin, 'pipe', 'pipe'] })).toMatchObject({
      status: 1,
      stderr: 'sluice: stdin: Is a directory\n',
    });
    fs.closeSync(stdin);
  });
});

describe('a terminal', () => {
  /** Runs a shell command line with all three standard streams on a terminal of its own. */
  const onTerminal = (line) => {
    const args = ['-qec', line, '/dev/null'];
    const { status, stdout } = spawnSync('script', args, { cwd: folder, input: '' });
    return { status, screen: stdout.toString('latin1') };
  };
  const command = `'${process.execPath}' '${SCRIPT}'`;

  withTerminal('gets no compressed data without -f', () => {
    for (const args of ['gzip -c a', 'gzip < a']) {
      const { status, screen } = onTerminal(`${command} ${args}`);
      expect(status).toBe(1);
      expect(screen).toContain('compressed data not written to a terminal');
      expect(screen).not.toContain('\x1f\x8b');
    }
    const forced = onTerminal(`${command} gzip -cf a`);
    expect(forced.status).toBe(0);
    expect(forced.screen).toContain('\x1f\x8b');
  });

  withTerminal('is not asked for compressed data', () => {
    const { status, screen } = onTerminal(`${command} gunzip > out`);
    expect(status).toBe(1);
    expect(screen).toContain('compressed data not read from a terminal');
  });
});
