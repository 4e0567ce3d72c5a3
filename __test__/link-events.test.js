'use strict';

// What programs see of linked streams: the events of each, in order, as of the same program on node:zlib and fs.

const fs = require('node:fs');
const fsPromises = require('node:fs/promises');
const { pipeline } = require('node:stream');
const zlib = require('node:zlib');
const sluice = require('..');
const { lines, noise } = require('./support/data');
const { useFolder } = require('./support/folder');
const { countLinks, until } = require('./support/links');
const { nextTurn, track } = require('./support/streams');

const file = useFolder();
const counts = countLinks();
const node = {
  ...zlib,
  createReadStream: fs.createReadStream,
  createWriteStream: fs.createWriteStream,
};
const EVENTS = 'open ready pipe unpipe prefinish finish end error aborted close'.split(' ');
const onLinux = process.platform === 'linux' ? test : test.skip;

/** The events of a program's streams, and what else it noted, stream by stream. */
async function seen(lib, program) {
  const logs = [];
  const watch = (stream) => {
    const log = [];
    logs.push(log);
    for (const name of EVENTS) {
      stream.on(name, (argument) => log.push(name === 'error' ? `error ${argument.code}` : name));
    }
    return track(stream);
  };
  const notes = [];
  const note = (name) => (error) => notes.push(`${name}: ${error ? error.code : 'done'}`);
  await program({ lib, watch, note });
  await nextTurn();
  return { logs, notes };
}

/** A file, gzip and a file, watched; resolves when all three are closed. */
const make = ({ lib, watch }, { source = 'source', target = file('target'), end } = {}) => {
  const streams = [
    watch(lib.createReadStream(file(source), { end })),
    watch(lib.createGzip({ level: 1 })),
    watch(lib.createWriteStream(target)),
  ];
  return { streams, closed: () => until(() => streams.every((stream) => stream.closed)) };
};

const chain = (streams) => streams.reduce((from, to) => from.pipe(to));
/** Resolves in the middle of the flow: some bytes have come through the codec. */
const flowing = ([, gzip]) => until(() => gzip.bytesWritten > 200_000);
const given = Object.assign(new Error('given'), { code: 'GIVEN' });

const programs = [
  [
    'pipes to the end',
    async (tools) => {
      const { streams, closed } = make(tools);
      chain(streams);
      await closed();
    },
  ],
  [
    'joins them by pipeline()',
    async (tools) => {
      const { streams, closed } = make(tools);
      pipeline(streams, tools.note('pipeline'));
      await closed();
    },
  ],
  [
    'pipes with end: false',
    async (tools) => {
      const { streams, closed } = make(tools);
      const [from, gzip, to] = streams;
      from.pipe(gzip, { end: false }).pipe(to);
      await until(() => from.closed && gzip.bytesWritten === from.bytesRead);
      gzip.end('the end');
      await closed();
    },
  ],
  [
    'destroys the source in the middle',
    async (tools) => {
      const { streams } = make(tools);
      chain(streams);
      await flowing(streams);
      streams[0].destroy();
      await until(() => streams[0].closed);
    },
  ],
  ...[undefined, given].flatMap((error) =>
    [0, 1, 2].map((index) => [
      `joins them by pipeline() and destroys the ${['first', 'second', 'third'][index]}${error ? ' with an error' : ''}`,
      async (tools) => {
        const { streams, closed } = make(tools);
        pipeline(streams, tools.note('pipeline'));
        await flowing(streams);
        streams[index].destroy(error);
        await closed();
      },
    ]),
  ),
  ...[1, 2].map((index) => [
    `pipes, and destroys the ${['', 'second', 'third'][index]} in the middle`,
    async (tools) => {
      const { streams } = make(tools);
      chain(streams);
      await flowing(streams);
      streams[index].destroy(given);
      await until(() => streams[index].closed);
    },
  ]),
  [
    'aborts by a signal',
    async (tools) => {
      const { streams, closed } = make(tools);
      const controller = new AbortController();
      const { signal } = controller;
      const done = require('node:stream/promises')
        .pipeline(streams, { signal })
        .catch(tools.note('pipeline'));
      await flowing(streams);
      controller.abort();
      await Promise.all([done, closed()]);
    },
  ],
  [
    'unpipes in the middle, and ends',
    async (tools) => {
      const { streams } = make(tools);
      const [from, gzip, to] = streams;
      chain(streams);
      await flowing(streams);
      from.unpipe(gzip);
      gzip.end();
      await until(() => to.closed);
    },
  ],
  [
    'decodes what is broken in the middle',
    async ({ lib, watch, note }) => {
      const from = watch(lib.createReadStream(file('broken')));
      const gunzip = watch(lib.createGunzip());
      const to = watch(lib.createWriteStream(file('target')));
      pipeline(from, gunzip, to, note('pipeline'));
      await until(() => [from, gunzip, to].every((stream) => stream.closed));
    },
  ],
  [
    'pipes into a file that cannot be opened',
    async (tools) => {
      const { streams } = make(tools, { target: file('no/such/file') });
      chain(streams);
      await until(() => streams[2].closed);
    },
  ],
];

/**
 * Where a pipeline is destroyed without an error, Node's events depend on whether a write of its own is under way just
 * then: the error is that of the write or of the early end, and so is the order. What both have in common.
 */
function less({ logs, notes }) {
  const early = /ERR_STREAM_(DESTROYED|PREMATURE_CLOSE)/;
  return {
    logs: logs.map((events) => events.filter((event) => !early.test(event)).sort()),
    notes: notes.map((note) => note.replace(early, 'too early')),
  };
}
const isRace = (name) => /by pipeline\(\) and destroys the \w+$/.test(name);

describe('the events of each stream are those of node:zlib and fs where a program', () => {
  beforeEach(() => {
    const bytes = Buffer.concat([lines(30_000), noise(3_000_000)]);
    fs.writeFileSync(file('source'), bytes);
    // So early that nobody has read to its end by then.
    const broken = zlib.gzipSync(lines(150_000), { level: 1 });
    broken.fill(0xff, 200_000, 200_100);
    fs.writeFileSync(file('broken'), broken);
  });

  test.each(programs)('%s', async (name, program) => {
    const compared = isRace(name) ? less : (outcome) => outcome;
    const theirs = await seen(node, program);
    expect(counts.made).toBe(0);
    expect(compared(await seen(sluice, program))).toEqual(compared(theirs));
    expect(counts.made).toBeGreaterThan(0);
  });

  test('pipes a folder, of which nothing can be read', async () => {
    const program = async (tools) => {
      const { streams } = make(tools, { source: '.' });
      chain(streams);
      await until(() => streams[0].closed);
    };
    expect(await seen(sluice, program)).toEqual(await seen(node, program));
  });

  onLinux('pipes into a full disk', async () => {
    const program = async (tools) => {
      const { streams, closed } = make(tools, { target: '/dev/full' });
      pipeline(streams, tools.note('pipeline'));
      await closed();
    };
    expect(await seen(sluice, program)).toEqual(await seen(node, program));
    expect(counts.made).toBeGreaterThan(0);
  });
});

describe('streams that are destroyed at any moment', () => {
  test('leave what was handed over before, and fail the pipeline', async () => {
    fs.writeFileSync(file('source'), noise(2_000_000));
    const source = fs.readFileSync(file('source'));
    for (let run = 0; run < 60; run += 1) {
      const from = sluice.createReadStream(file('source'));
      const to = sluice.createWriteStream(file('target'));
      const done = new Promise((resolve) => pipeline(from, to, resolve));
      await until(() => from.bytesRead >= run * 30_000);
      (run % 2 === 0 ? from : to).destroy();
      const error = await done;
      const output = await fsPromises.readFile(file('target'));
      expect(source.subarray(0, output.length).equals(output)).toBe(true);
      if (error) expect(error.code).toBe('ERR_STREAM_PREMATURE_CLOSE');
      else expect(output.length).toBe(source.length);
    }
    expect(counts.made).toBeGreaterThan(30);
  });
});
