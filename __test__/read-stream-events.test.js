'use strict';

const fs = require('node:fs');
const { PassThrough, finished } = require('node:stream');
const { createReadStream } = require('..');
const { noise } = require('./support/data');
const { useFolder } = require('./support/folder');
const { closed, destroyAfterEach, nextTurn, record, track } = require('./support/streams');

destroyAfterEach();
const file = useFolder();
const onUnix = process.platform === 'win32' ? describe.skip : describe;

// When the others come, and how often, depends on when the bytes do.
const EVENTS = ['open', 'ready', 'end', 'error', 'close'];

beforeEach(() => fs.writeFileSync(file('source'), noise(200_000)));

/** What a program sees of a stream: its events, and what it noted itself. */
async function sequence(stream, program) {
  track(stream);
  const events = record(stream, EVENTS);
  const note = (name) => (error) => events.push(error?.code ? `${name}: ${error.code}` : name);
  stream.on('error', ({ code }) => events.push(code));
  const done = Promise.race([closed(stream), new Promise((resolve) => setTimeout(resolve, 300))]);
  program(stream, note);
  await done;
  await nextTurn();
  events.push([stream.bytesRead, stream.destroyed, stream.readableEnded, stream.fd === null]);
  return events;
}

async function expectSame(program, options, name = 'source') {
  const [ours, theirs] = await Promise.all(
    [createReadStream, fs.createReadStream].map((create) =>
      sequence(create(file(name), options), program),
    ),
  );
  expect(ours).toEqual(theirs);
  return ours;
}

const given = () => Object.assign(new Error('x'), { code: 'GIVEN' });
const sizes = (s, note) => s.on('data', (chunk) => note(chunk.length)());

const programs = [
  ['nothing', () => {}],
  ['resume()', (s) => s.resume()],
  ['data', sizes],
  ['data of strings', (s, note) => sizes(s.setEncoding('hex'), note)],
  ['paused, then resumed', (s, note) => sizes(s, note).pause() && setImmediate(() => s.resume())],
  [
    'paused at every chunk',
    (s, note) => sizes(s, note).on('data', () => s.pause() && setImmediate(() => s.resume())),
  ],
  [
    'read() at readable',
    (s, note) =>
      s.on('readable', () => {
        for (let chunk; (chunk = s.read()) !== null;) note(chunk.length)();
      }),
  ],
  ['pipe()', (s, note) => s.pipe(new PassThrough().resume()).on('finish', note('finish'))],
  ['destroy()', (s) => s.destroy()],
  ['destroy(error)', (s) => s.destroy(given())],
  ['destroy(), reading', (s) => s.resume().destroy()],
  ["destroy() at 'open'", (s) => s.on('open', () => s.destroy())],
  ["destroy(error) at 'ready'", (s) => s.on('ready', () => s.destroy(given()))],
  ["destroy() at 'data'", (s) => s.once('data', () => s.destroy())],
  ["destroy(error) at 'data'", (s) => s.once('data', () => s.destroy(given()))],
  ["destroy() at 'end'", (s) => s.on('end', () => s.destroy()).resume()],
  ['close()', (s, note) => s.close(note('closed'))],
  ['close() twice', (s, note) => s.close(note('one')) || s.close(note('two'))],
  ["close() at 'data'", (s, note) => s.once('data', () => s.close(note('closed')))],
  ["close() at 'end'", (s, note) => s.on('end', () => s.close(note('closed'))).resume()],
  ["close() at 'close'", (s, note) => s.on('close', () => s.close(note('closed'))).resume()],
  ['finished()', (s, note) => finished(s.resume(), note('finished'))],
  ['finished() and destroy()', (s, note) => finished(s, note('finished')) && s.destroy()],
  [
    'for await',
    async (s, note) => {
      for await (const chunk of s) note(chunk.length)();
      note('done')();
    },
  ],
  [
    'for await, left early',
    async (s, note) => {
      for await (const chunk of s) {
        note(chunk.length)();
        break;
      }
      note('done')();
    },
  ],
];

describe('events come in the order of fs.createReadStream', () => {
  test.each(programs)('%s', async (_, program) => {
    await expectSame(program);
  });

  test.each(programs)('autoClose: false, %s', async (_, program) => {
    await expectSame(program, { autoClose: false });
  });

  test.each([
    ['an empty file', { start: 200_000 }],
    ['a file of one chunk', { end: 65_535 }],
    ['a file of one chunk and a byte', { end: 65_536 }],
  ])('%s', async (_, options) => {
    const events = await expectSame(sizes, options);
    expect(events.slice(-3, -1)).toEqual(['end', 'close']);
  });

  test.each([
    ['a missing file', 'missing'],
    ['a folder', '.'],
  ])('%s', async (_, name) => {
    for (const options of [{}, { autoClose: false }, { emitClose: false }]) {
      await expectSame(sizes, options, name);
      await expectSame((s, note) => s.resume().close(note('closed')), options, name);
      await expectSame((s) => s.destroy(given()), options, name);
    }
  });
});

onUnix('a descriptor that was given is open already', () => {
  const open = (create, options) => create('', { fd: fs.openSync(file('source')), ...options });

  test.each(programs)('%s', async (_, program) => {
    const [ours, theirs] = await Promise.all(
      [createReadStream, fs.createReadStream].map((create) => sequence(open(create), program)),
    );
    expect(ours).toEqual(theirs);
    expect(ours).not.toContain('open');
  });
});
