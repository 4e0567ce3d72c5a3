'use strict';

/** What the command must never do: lose a file, leave half a file, overwrite unasked. */

const { execFileSync, spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { once } = require('node:events');
const { randomBytes } = require('node:crypto');
const zlib = require('node:zlib');
const { createTarget } = require('../lib/cli/target-file.js');
const { SCRIPT, sluice, start, temporaryFolder } = require('./support/command.js');

const onPosix = process.platform === 'win32' ? test.skip : test;
const onLinux = process.platform === 'linux' ? test : test.skip;
const BAD = zlib.gzipSync(randomBytes(300_000)).subarray(0, 200_000);

let folder;
const file = (name) => path.join(folder, name);
const read = (name) => fs.readFileSync(file(name), 'utf8');
const write = (name, data) => fs.writeFileSync(file(name), data);
const run = (args, options) => sluice(folder, args, options);

beforeEach(() => {
  folder = temporaryFolder();
  write('a', 'text\n');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

describe('an existing target', () => {
  beforeEach(() => write('a.gz', 'precious'));

  test('is not overwritten without -f', () => {
    for (const args of [['a'], ['-o', 'a.gz', 'a'], ['-o', 'a.gz', '-']]) {
      const { status, stderr } = run(['gzip', ...args], { input: 'text' });
      expect({ status, stderr }).toEqual({
        status: 2,
        stderr: 'sluice: a.gz already exists; not overwritten\n',
      });
    }
    expect(read('a.gz')).toBe('precious');
    expect(fs.readdirSync(folder)).toEqual(['a', 'a.gz']);
  });

  test('is not written through a symbolic link without -f, even if that leads nowhere', () => {
    fs.symlinkSync('nowhere', file('link'));
    expect(run(['gzip', '-o', 'link', 'a']).status).toBe(2);
    expect(fs.readdirSync(folder)).toEqual(['a', 'a.gz', 'link']);
  });

  test('is refused even if it appeared only a moment ago', () => {
    const unseen = jest.spyOn(fs, 'lstatSync').mockReturnValueOnce(undefined);
    const source = { stat: fs.statSync(file('a'), { bigint: true }), path: file('a') };
    const create = () => createTarget(file('a.gz'), { source });
    expect(create).toThrow(expect.objectContaining({ status: 2 }));
    expect(unseen).toHaveBeenCalledTimes(1);
    unseen.mockRestore();
    expect(read('a.gz')).toBe('precious');
  });

  test('is replaced with -f', () => {
    expect(run(['gzip', '-f', 'a']).status).toBe(0);
    expect(zlib.gunzipSync(fs.readFileSync(file('a.gz'))).toString()).toBe('text\n');
    expect(fs.readdirSync(folder)).toEqual(['a', 'a.gz']);
  });

  test('survives bad input even with -f, and nothing lies beside it', () => {
    write('bad.gz', BAD);
    write('bad', 'precious');
    expect(run(['gunzip', '-f', 'bad.gz']).status).toBe(1);
    expect(read('bad')).toBe('precious');
    expect(fs.readdirSync(folder)).toEqual(['a', 'a.gz', 'bad', 'bad.gz']);
  });

  test('keeps its mode when the source has none to give', () => {
    fs.chmodSync(file('a.gz'), 0o600);
    expect(run(['gzip', '-fo', 'a.gz'], { input: 'text' }).status).toBe(0);
    expect(fs.statSync(file('a.gz')).mode & 0o077).toBe(0);
  });

  onPosix('that is a link: a derived name replaces the link, -o the file behind it', () => {
    write('behind', 'precious');
    fs.rmSync(file('a.gz'));
    fs.symlinkSync('behind', file('a.gz'));
    expect(run(['gzip', '-f', 'a']).status).toBe(0);
    expect(fs.lstatSync(file('a.gz')).isFile()).toBe(true);
    expect(read('behind')).toBe('precious');

    fs.symlinkSync('behind', file('link'));
    expect(run(['gzip', '-fo', 'link', 'a']).status).toBe(0);
    expect(fs.lstatSync(file('link')).isSymbolicLink()).toBe(true);
    expect(zlib.gunzipSync(fs.readFileSync(file('behind'))).toString()).toBe('text\n');
  });

  onPosix('that is a pipe is written to, not replaced', async () => {
    execFileSync('mkfifo', [file('pipe')]);
    // A process of its own: a read that nobody answers could not be taken back in this one.
    const reader = spawn('cat', ['pipe'], { cwd: folder });
    const closed = once(reader, 'close');
    const received = [];
    reader.stdout.on('data', (chunk) => received.push(chunk));
    const { exit } = start(folder, ['gzip', '-fo', 'pipe', 'a']);
    const { status } = await exit;
    const patience = setTimeout(() => reader.kill(), 5000);
    await closed;
    clearTimeout(patience);
    expect(status).toBe(0);
    expect(zlib.gunzipSync(Buffer.concat(received)).toString()).toBe('text\n');
    expect(fs.statSync(file('pipe')).isFIFO()).toBe(true);
  });
});

describe('a source that is its own target', () => {
  onPosix('is refused, by whatever name', () => {
    fs.linkSync(file('a'), file('hard'));
    fs.symlinkSync('a', file('soft'));
    for (const name of ['a', 'hard', 'soft']) {
      const { status, stderr } = run(['gzip', '-f', '-o', name, 'a']);
      expect(status).toBe(1);
      expect(stderr).toContain('are the same file');
    }
    const stdin = fs.openSync(file('a'), 'r');
    const { status } = run(['gzip', '-fo', 'a'], { stdio: [stdin, 'pipe', 'pipe'] });
    fs.closeSync(stdin);
    expect(status).toBe(1);
    const stdout = fs.openSync(file('a'), 'a');
    expect(run(['gzip', '-c', 'a'], { stdio: ['ignore', stdout, 'pipe'] }).status).toBe(1);
    fs.closeSync(stdout);
    expect(read('a')).toBe('text\n');
  });
});

describe('a failure', () => {
  test('removes the partial result', () => {
    write('bad.gz', BAD);
    expect(run(['gunzip', 'bad.gz']).status).toBe(1);
    expect(fs.readdirSync(folder)).toEqual(['a', 'bad.gz']);
  });

  onLinux('leaves the name free for the next source', () => {
    write('x.gz', BAD);
    write('x.GZ', zlib.gzipSync('good'));
    expect(run(['gunzip', 'x.gz', 'x.GZ']).status).toBe(1);
    expect(read('x')).toBe('good');
  });

  test('does not stop the files that follow', () => {
    write('bad.gz', BAD);
    write('good.gz', zlib.gzipSync('good'));
    const { status, stderr } = run(['gunzip', 'missing.gz', 'bad.gz', 'a', 'good.gz']);
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      'sluice: missing.gz: No such file or directory',
      'sluice: bad.gz: unexpected end of file',
      'sluice: a: unknown suffix -- ignored',
    ]);
    expect(read('good')).toBe('good');
  });

  test('does not stop what follows on standard output', () => {
    write('bad.gz', 'not gzip');
    write('good.gz', zlib.gzipSync('good'));
    const { status, stdout } = run(['gunzip', '-c', 'good.gz', 'bad.gz', 'good.gz']);
    expect(status).toBe(1);
    expect(stdout.toString()).toBe('goodgood');
  });
});

describe('an interruption', () => {
  /** The command in the middle of its work: its standard input stays open, its result has begun. */
  async function interrupted(signal, args) {
    const { child, exit } = start(folder, ['gzip', ...args]);
    const before = fs.readdirSync(folder).length;
    child.stdin.write(randomBytes(4_000_000));
    while (fs.readdirSync(folder).length <= before) await new Promise((r) => setTimeout(r, 10));
    child.kill(signal);
    return exit;
  }

  describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('by %s', (signal) => {
    onPosix('removes the partial result and ends by that signal', async () => {
      expect(await interrupted(signal, ['-o', 'x'])).toEqual({ status: null, signal, stderr: '' });
      expect(fs.readdirSync(folder)).toEqual(['a']);
    });

    onPosix('leaves the target of -f as it was', async () => {
      write('x', 'precious');
      expect(await interrupted(signal, ['-fo', 'x'])).toMatchObject({ signal });
      expect(fs.readdirSync(folder)).toEqual(['a', 'x']);
      expect(read('x')).toBe('precious');
    });
  });

  onPosix('does not remove a file that took the name meanwhile', async () => {
    const { child, exit } = start(folder, ['gzip', '-o', 'x']);
    child.stdin.write(randomBytes(4_000_000));
    while (!fs.existsSync(file('x'))) await new Promise((r) => setTimeout(r, 10));
    fs.renameSync(file('x'), file('moved'));
    write('x', 'precious');
    child.kill('SIGINT');
    await exit;
    expect(read('x')).toBe('precious');
  });
});

describe('an output that fails', () => {
  onPosix('a reader that left ends the command quietly, by SIGPIPE as gzip', async () => {
    const { child, exit } = start(folder, ['gzip', '-c']);
    child.stdin.write(randomBytes(8_000_000));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    expect(await exit).toEqual({ status: null, signal: 'SIGPIPE', stderr: '' });
  });

  // Only ever as an open descriptor: given by name, a mistake here could replace the device of a machine.
  onLinux('a full disk under standard output is an error, and ends it', () => {
    const full = fs.openSync('/dev/full', 'w');
    // Whether the first source has ended by the time of the failure is a matter of chance: several attempts.
    for (let attempt = 0; attempt < 20; attempt++) {
      const { status, stderr } = run(['gzip', '-c', 'a', 'a'], { stdio: ['ignore', full, 'pipe'] });
      expect(status).toBe(1);
      expect(stderr).toBe('sluice: stdout: No space left on device\n');
    }
    fs.closeSync(full);
  });

  onPosix('a target that cannot be written to its end is an error, and removed', () => {
    write('random', randomBytes(2_000_000));
    const line = 'ulimit -f 100; exec "$0" "$@"';
    const args = ['-c', line, process.execPath, SCRIPT, 'gzip', '-o', 'x', 'random'];
    const { status, stderr } = spawnSync('sh', args, { cwd: folder });
    expect(status).toBe(1);
    expect(stderr.toString()).toBe('sluice: x: File too large\n');
    expect(fs.readdirSync(folder)).toEqual(['a', 'random']);
  });
});
