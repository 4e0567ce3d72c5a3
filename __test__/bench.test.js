'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { Readable } = require('node:stream');
const { noLarger, perCall, timesFaster } = require('../bench/rows');
const { chart } = require('../bench/chart');
const { median, summarize } = require('../bench/statistics');
const { digest, digestOfLines, same } = require('../bench/verify');

const ROOT = path.join(__dirname, '..');

test('the median of an odd and of an even number of rounds, and their spread', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 9, 2])).toBe(3);
  expect(summarize([{ n: 10 }, { n: 9 }, { n: 30 }], 'n')).toEqual({ median: 10, min: 9, max: 30 });
});

test('a ratio below the wanted one is marked as missed, at and above it as met', () => {
  const of = (n) => [{ n }];
  expect(timesFaster(of(10), of(20), 'n', 2)).toMatchObject({
    ratio: '2.00 ×',
    wanted: '≥ 2 ×: met',
  });
  expect(timesFaster(of(10), of(19), 'n', 2).wanted).toMatch(/missed/);
  expect(timesFaster(of(10), of(19), 'n')).toEqual({ ratio: '1.90 ×', times: 1.9 });
  expect(noLarger([{ bytes: 101 }], [{ bytes: 100 }], 1).wanted).toMatch(/met/);
  expect(noLarger([{ bytes: 102 }], [{ bytes: 100 }], 1).wanted).toMatch(/missed/);
});

test('a side that the running Node has not got is a dash, and nothing is compared with it', () => {
  const ours = [{ nanoseconds: 1500 }];
  expect(perCall(ours, [], 'µs')).toEqual({ sluice: '1.5 µs', other: '–' });
  expect(timesFaster(ours, [], 'nanoseconds', 1)).toEqual({});
});

test('the chart has a bar for each ratio of speeds, on the right side of even, and a mark for what is wanted', () => {
  const svg = chart([
    { work: 'a <b> `c`', other: '10 ns', ratio: '100 ×', times: 100, wanted: '≥ 10 ×: met' },
    { work: 'slower', other: 'pigz: 10 ns', ratio: '0.50 ×', times: 0.5 },
    { work: 'its size', other: '1 MB', ratio: '+0.1 %' },
  ]);
  expect(svg.match(/class="bar"/g)).toHaveLength(2);
  expect(svg.match(/class="wanted"/g)).toHaveLength(1);
  expect(svg).toContain('a &lt;b&gt; c<');
  expect(svg).toContain('slower, beside pigz<');
  const at = (pattern) => Number(pattern.exec(svg)[1]);
  const even = at(/class="even" x1="([\d.]+)"/);
  const bars = [...svg.matchAll(/class="bar" x="([\d.]+)" y="\d+" width="([\d.]+)"/g)];
  const [fast, slow] = bars.map(([, x, width]) => [Number(x), Number(width)]);
  expect(fast[0]).toBeCloseTo(even, 0);
  expect(slow[0] + slow[1]).toBeCloseTo(even, 0);
  // A hundredfold is twice as long as the way to the mark, which is at ten.
  expect(fast[1] / (at(/class="wanted" x1="([\d.]+)"/) - even)).toBeCloseTo(2, 1);
});

test('output that differs from the source is an error', async () => {
  const wanted = digestOfLines('ab', 3);
  same(await digest(Readable.from(['aba', 'bab'])), wanted, 'equal');
  const other = await digest(Readable.from(['ababaB']));
  expect(() => same(other, wanted, 'other')).toThrow(/^other: 6 bytes/);
});

test('one case runs in child processes and prints its row, and leaves the whole table alone', () => {
  const page = path.join(ROOT, 'docs', 'bench.md');
  const before = fs.existsSync(page) && fs.readFileSync(page, 'utf8');
  const command = ['bench/main.js', '--only', 'write-file', '--rounds', '1'];
  const { status, stdout } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' });
  expect(stdout).toMatch(
    /\| 1,000,000 × .*\| [\d,]+ ns a write +\| [\d,]+ ns a write +\| [\d.]+ ×/,
  );
  expect(status).toBe(0);
  expect(fs.existsSync(page) && fs.readFileSync(page, 'utf8')).toBe(before);
}, 60000);

test.each([
  [['--only', 'nothing'], /--only takes one of/],
  [['--rounds', '0'], /--rounds takes a whole number/],
  [[__filename], /is smaller than 80 MB/],
])('%j ends the benchmark in one line and with 1', (args, message) => {
  const command = ['bench/main.js', ...args];
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' });
  expect(stderr.trim()).toMatch(message);
  expect(stderr.trim()).not.toMatch(/\n/);
  expect(status).toBe(1);
});
