'use strict';

const fs = require('node:fs');
const zlib = require('node:zlib');
const { createGunzip, createGzip, createWriteStream } = require('..');
const { useFolder } = require('./support/folder');
const { closed, destroyAfterEach, nextTurn, record, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();

// 'drain' is left out: when it comes depends on when the bytes are consumed.
const EVENTS = ['open', 'ready', 'pipe', 'prefinish', 'finish', 'end', 'error', 'close'];

/** What a program sees of a stream: its events and the callbacks that it gave. */
async function sequence(stream, program) {
  track(stream);
  const events = record(stream, EVENTS);
  const note = (name) => (error) => events.push(error ? `${name}: ${error.code}` : name);
  stream.on('error', ({ code }) => events.push(code));
  const done = closed(stream);
  program(stream, note);
  await done;
  await nextTurn();
  return events;
}

const programs = [
  ['end()', (s) => s.end()],
  ['end(callback)', (s, note) => s.end(note('ended'))],
  ['write() and end()', (s, note) => s.write('a', note('a')) && s.end(note('ended'))],
  [
    'writes with callbacks, end(chunk, callback)',
    (s, note) => {
      s.write('a', note('a'));
      s.write('b', note('b'));
      s.end('c', note('ended'));
    },
  ],
  [
    'corked writes',
    (s, note) => {
      s.cork();
      s.write('a', note('a'));
      s.write('b', note('b'));
      s.uncork();
      s.end(note('ended'));
    },
  ],
  ['end() in the callback of a write', (s, note) => s.write('a', () => s.end(note('ended')))],
  ['destroy()', (s) => s.destroy()],
  ['destroy(error)', (s) => s.destroy(Object.assign(new Error('x'), { code: 'GIVEN' }))],
  ['destroy() in the callback of a write', (s) => s.write('a', () => s.destroy())],
  ["destroy() at 'finish'", (s) => s.on('finish', () => s.destroy()).end('a')],
  ['write() after end()', (s, note) => s.end('a').write('b', note('b'))],
];

const waiting = [
  ['destroy() while callbacks wait', (s) => s.destroy()],
  [
    'destroy(error) while callbacks wait',
    (s) => s.destroy(Object.assign(new Error('x'), { code: 'GIVEN' })),
  ],
].map(([name, destroy]) => [
  name,
  (s, note) => {
    s.write('a', note('a'));
    s.write('b', note('b'));
    s.end(note('ended'));
    destroy(s);
  },
]);

describe("a file's events come in the order of fs.createWriteStream", () => {
  test.each([...programs, ...waiting])('%s', async (_, program) => {
    const events = await sequence(createWriteStream(file('ours')), program);
    expect(events).toEqual(await sequence(fs.createWriteStream(file('theirs')), program));
  });

  test.each([
    ['a missing folder', 'no/file', {}],
    ['a folder', '.', {}],
    ['flags wx and a file that is there', 'there', { flags: 'wx' }],
  ])('%s', async (_, name, options) => {
    fs.writeFileSync(file('there'), '');
    const program = (stream, note) => {
      stream.write('a', note('a'));
      stream.end(note('ended'));
    };
    const ours = await sequence(createWriteStream(file(name), options), program);
    expect(ours).toEqual(await sequence(fs.createWriteStream(file(name), options), program));
  });

  test.each([
    ['close()', (s, note) => s.close(note('closed'))],
    ['close() after write()', (s, note) => s.write('a', note('a')) && s.close(note('closed'))],
    ['close() twice', (s, note) => s.close(note('one')) || s.close(note('two'))],
    ['close() after the end', (s, note) => s.end('x', () => s.close(note('closed')))],
    ["close() at 'close'", (s, note) => s.on('close', () => s.close(note('closed'))).end()],
    ['destroySoon()', (s, note) => s.write('a', note('a')) && s.destroySoon()],
  ])('%s', async (_, program) => {
    for (const options of [{}, { autoClose: false }]) {
      if (options.autoClose === false && !/close\(\)( twice| after write\(\))?$/.test(_)) continue;
      const events = await sequence(createWriteStream(file('ours'), options), program);
      const oracle = fs.createWriteStream(file('theirs'), options);
      expect(events).toEqual(await sequence(oracle, program));
    }
  });
});

describe("a codec's events come in the order of node:zlib", () => {
  const read = (program) => (stream, note) => {
    stream.resume();
    program(stream, note);
  };

  test.each(programs)('%s', async (_, program) => {
    const ours = await sequence(createGzip(), read(program));
    expect(ours).toEqual(await sequence(zlib.createGzip(), read(program)));
  });

  test.each([
    ['an input that is no gzip', 'no gzip'],
    ['a truncated input', zlib.gzipSync('x'.repeat(1000)).subarray(0, 15)],
    ['a wrong checksum', Buffer.concat([zlib.gzipSync('x').subarray(0, -8), Buffer.alloc(8)])],
    ['an empty input', ''],
  ])('%s', async (_, input) => {
    const program = read((stream) => stream.end(input));
    const ours = await sequence(createGunzip(), program);
    const theirs = await sequence(zlib.createGunzip(), program);
    // zlib takes a truncated input for consumed, and says so, before it fails.
    const isFailure = (event) => !/finish/.test(event);
    expect(ours.filter(isFailure)).toEqual(theirs.filter(isFailure));
    if (ours.includes('error')) expect(ours).not.toContain('finish');
  });
});
