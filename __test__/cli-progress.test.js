'use strict';

/** The progress bar: where it shows, and what it shows. */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { bar, formatDuration, progressLine, summaryLine } = require('../lib/cli/progress-line.js');
const { Progress } = require('../lib/cli/progress.js');
const { columns, printable, truncate } = require('../lib/cli/terminal-text.js');
const { formatBytes } = require('../lib/units.js');
const { SCRIPT, hasScript, sluice, temporaryFolder } = require('./support/command.js');

const withTerminal = hasScript ? test : test.skip;

const CLEAR_TO_END = '\x1b[K';

const HALF = {
  name: 'big.log',
  bytesIn: 50_000_000,
  bytesOut: 12_500_000,
  total: 100_000_000,
  rate: 25_000_000,
};

describe('the bar', () => {
  test('shows eight steps a column and is always as wide as asked', () => {
    expect(bar(0, 4)).toBe('    ');
    expect(bar(1 / 32, 4)).toBe('▏   ');
    expect(bar(0.5, 4)).toBe('██  ');
    expect(bar(0.5 + 7 / 32, 4)).toBe('██▉ ');
    expect(bar(1, 4)).toBe('████');
    for (let i = 0; i <= 1000; i++) expect(columns(bar(i / 1000, 17))).toBe(17);
  });

  test('stays within its bounds when a source grows or a count is odd', () => {
    expect(bar(1.7, 4)).toBe('████');
    expect(bar(-1, 4)).toBe('    ');
  });
});

describe('the line', () => {
  test('has name, percentage, bar, bytes, rate, ratio and time left', () => {
    expect(progressLine(HALF, 100)).toBe(
      `big.log   50 %  ▕${bar(0.5, 29)}▏   50.0 MB / 100.0 MB   25.0 MB/s   4.00×  0:02 left`,
    );
  });

  test('never reaches the edge of the terminal, however narrow', () => {
    for (let width = 1; width <= 200; width++) {
      expect(columns(progressLine(HALF, width))).toBeLessThan(width);
      expect(columns(progressLine({ ...HALF, total: undefined }, width))).toBeLessThan(width);
      expect(columns(progressLine({ ...HALF, name: '文件'.repeat(9) }, width))).toBeLessThan(width);
    }
  });

  test('gives up its fields one by one, the percentage last', () => {
    expect(progressLine(HALF, 90)).toContain('big.log');
    expect(progressLine(HALF, 72)).not.toContain('big.log');
    expect(progressLine(HALF, 72)).toContain('4.00×');
    expect(progressLine(HALF, 60)).not.toContain('×');
    expect(progressLine(HALF, 22)).toBe(` 50 %  ▕${bar(0.5, 12)}▏`);
    expect(progressLine(HALF, 10)).toBe(' 50 %');
    expect(progressLine(HALF, 3)).toBe('');
  });

  test('without a known size shows neither bar nor percentage nor time left', () => {
    expect(progressLine({ ...HALF, total: undefined }, 100)).toBe(
      'big.log   50.0 MB   25.0 MB/s   4.00×',
    );
  });

  test('counts the ratio from the larger side when decompressing', () => {
    const progress = { ...HALF, bytesOut: 200_000_000, expands: true };
    expect(progressLine(progress, 100)).toContain('4.00×');
  });

  test('shows no nonsense at the very start', () => {
    const line = progressLine({ ...HALF, bytesIn: 0, bytesOut: 0, rate: 0 }, 100);
    expect(line).not.toMatch(/NaN|Infinity|undefined/);
    expect(line).toContain(' 0 %');
  });
});

test('the summary tells both sizes, the ratio, the time and the rate', () => {
  expect(summaryLine(HALF, { target: 'big.log.gz', seconds: 2 })).toBe(
    'big.log → big.log.gz: 50.0 MB → 12.5 MB, 4.00×, 2.0 s, 25.0 MB/s',
  );
});

test('sizes and times read well at their limits', () => {
  expect([0, 999, 1000, 999_949, 999_950, 1e9, 1e18].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '999.9 kB',
    '1.0 MB',
    '1.0 GB',
    '1000.0 PB',
  ]);
  expect([0, 0.2, 60, 3599.5, 3661].map(formatDuration)).toEqual([
    '0:00',
    '0:01',
    '1:00',
    '1:00:00',
    '1:01:01',
  ]);
});

test('names take the columns that they take, and obey no escape sequence', () => {
  expect(columns('é')).toBe(1);
  expect(columns('e\u0301')).toBe(1);
  expect(columns('文件😀')).toBe(6);
  expect(truncate('文件名.txt', 6)).toBe('文件…');
  expect(truncate('short', 6)).toBe('short');
  expect(printable('a\x1b]0;title\x07\r\nb\u009b')).toBe('a?]0;title???b?');
});

describe('on a terminal', () => {
  let written;
  const terminal = { columns: 100, on() {}, write: (text) => written.push(text) };
  const counts = { bytesIn: 0, bytesOut: 0 };
  const conversion = { ...HALF, target: 'big.log.gz', expands: false, count: () => counts };

  beforeEach(() => {
    jest.useFakeTimers();
    written = [];
  });
  afterEach(() => jest.useRealTimers());

  test('it is redrawn ten times a second at most, on one line', () => {
    const progress = new Progress(terminal);
    progress.start(conversion);
    for (let i = 0; i < 20; i++) {
      counts.bytesIn += 1_000_000;
      jest.advanceTimersByTime(50);
    }
    expect(written.length).toBeGreaterThan(5);
    expect(written.length).toBeLessThanOrEqual(10);
    for (const text of written) {
      expect(text.startsWith('\r') && text.endsWith(CLEAR_TO_END)).toBe(true);
      expect(text.slice(1, -CLEAR_TO_END.length)).toBe(
        printable(text.slice(1, -CLEAR_TO_END.length)),
      );
    }
    expect(written.at(-1)).toContain('20.0 MB/s');
    progress.stop({ succeeded: true });
    expect(written.at(-1)).toMatch(/^big\.log → big\.log\.gz: .*\n$/);
    jest.advanceTimersByTime(1000);
    expect(written.at(-1)).toMatch(/\n$/);
  });

  test('after a failure nothing of it is left', () => {
    const progress = new Progress(terminal);
    progress.start(conversion);
    jest.advanceTimersByTime(200);
    progress.stop({ succeeded: false });
    expect(written.at(-1)).toBe(`\r${CLEAR_TO_END}`);
  });
});

describe('the command', () => {
  let folder;
  beforeEach(() => {
    folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'a'), Buffer.alloc(1_000_000, 'text'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const onTerminal = (args, env) => {
    const line = `'${process.execPath}' '${SCRIPT}' ${args}`;
    const options = { cwd: folder, input: '', env: { ...process.env, TERM: 'xterm', ...env } };
    return spawnSync('script', ['-qec', line, '/dev/null'], options).stdout.toString();
  };

  test('shows nothing when standard error is not a terminal', () => {
    expect(sluice(folder, ['gzip', 'a']).stderr).toBe('');
    expect(sluice(folder, ['gunzip', '-fc', 'a.gz']).stderr).toBe('');
  });

  withTerminal('shows it on a terminal, unless told to be quiet', () => {
    expect(onTerminal('gzip a')).toContain('a → a.gz: 1.0 MB → ');
    expect(onTerminal('gzip -fq a')).toBe('');
    expect(onTerminal('gzip -f a', { TERM: 'dumb' })).toBe('');
  });

  withTerminal('keeps it away from a result that goes to the terminal', () => {
    fs.writeFileSync(path.join(folder, 'b'), 'just this\n');
    sluice(folder, ['gzip', 'b']);
    expect(onTerminal('gunzip -c b.gz')).toBe('just this\r\n');
  });
});
