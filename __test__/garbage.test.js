'use strict';

const { useFolder } = require('./support/folder');
const { printed, reported } = require('./support/program');

const file = useFolder();
const flags = ['--expose-gc'];

/** Collects until `isDone()`, or until it has tried for long enough. */
const COLLECT = `
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const collect = async (isDone) => {
    // A WeakRef that is looked at keeps its target to the end of the turn.
    for (let i = 0; i < 100; i += 1) {
      await turn();
      gc();
      if (isDone()) return;
    }
  };
`;

const kinds = [
  ['never used', '(make) => make()'],
  ['idle after some bytes', "(make) => make().write('x')"],
  ['ended', "(make) => make().on('error', () => {}).end()"],
  ['destroyed', '(make) => make().destroy()'],
];

const makers = [
  ['gzip', '() => sluice.createGzip().resume()'],
  ['a gzip that nobody reads', '() => sluice.createGzip()'],
  ['gunzip', '() => sluice.createGunzip()'],
  ['a slow writer', '() => sluice.createSlowWritableStream()'],
  ['a file', "() => sluice.createWriteStream('/dev/null')"],
];

describe('streams that nobody keeps are collected', () => {
  const cases = makers.flatMap(([what, make]) => kinds.map(([how, use]) => [what, how, make, use]));

  test('of every kind, in every state', async () => {
    const source = cases
      .map(([what, how, make, use]) => `['${what}, ${how}', ${make}, ${use}],`)
      .join('\n');
    const left = await reported(
      `${COLLECT}
      const cases = [${source}];
      const refs = [];
      const drop = (name, make, use) => use(() => {
        const stream = make();
        stream.on('error', () => {});
        refs.push([name, new WeakRef(stream)]);
        return stream;
      });
      for (const [name, make, use] of cases) for (let i = 0; i < 20; i += 1) drop(name, make, use);
      const alive = () => refs.filter(([, ref]) => ref.deref()).map(([name]) => name);
      const main = async () => {
        await turn();
        await collect(() => alive().length === 0);
        console.log(JSON.stringify(alive()));
      };
      setTimeout(main, 100);`,
      { flags },
    );
    expect([...new Set(left)]).toEqual([]);
  });

  test('thousands made and dropped, memory does not grow', async () => {
    const { first, last } = await reported(
      `${COLLECT}
      const zlib = require('node:zlib');
      const round = async () => {
        for (let i = 0; i < 1000; i += 1) {
          const gzip = sluice.createGzip();
          gzip.write('some bytes');
          if (i % 2) gzip.resume().end();
        }
        for (let i = 0; i < 10; i += 1) { await turn(); gc(); }
        return process.memoryUsage().rss;
      };
      (async () => {
        await round(); await round();
        const first = await round();
        await round(); await round(); await round();
        console.log(JSON.stringify({ first, last: await round() }));
      })();`,
      { flags },
    );
    // A thousand unread codecs take some 260 MB.
    expect(last - first).toBeLessThan(100e6);
  });

  test('a busy stream is not collected, and does its work', async () => {
    const output = await printed(
      `(() => {
        const s = sluice.createSlowWritableStream({ bytesPerSecond: 1e6, destination: process.argv[1] });
        for (let i = 0; i < 10; i += 1) s.write(Buffer.alloc(10_000, 'x'));
        s.end();
        s.on('finish', () => console.log(fs.statSync(process.argv[1]).size));
      })();
      setInterval(() => gc(), 2).unref();`,
      { flags, args: [file('target')] },
    );
    expect(output).toBe('100000\n');
  });
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('file streams leave no descriptor behind, however they end', async () => {
  const { before, after } = await reported(
    `${COLLECT}
    const count = () => fs.readdirSync('/proc/self/fd').length;
    const closed = (s) => new Promise((resolve) => s.on('error', () => {}).on('close', resolve));
    (async () => {
      await closed(sluice.createWriteStream(process.argv[1]).end());
      const before = count();
      for (let i = 0; i < 100; i += 1) {
        await Promise.all([
          closed(sluice.createWriteStream(process.argv[1]).end('x')),
          closed(sluice.createWriteStream(process.argv[1]).destroy()),
          closed(sluice.createWriteStream(process.argv[1]).destroy(new Error('x'))),
          closed(sluice.createWriteStream(process.argv[1] + '/no')),
          closed(sluice.createWriteStream(process.argv[1], { signal: AbortSignal.abort() })),
          closed(sluice.createSlowWritableStream({ destination: process.argv[1] }).end('x')),
        ]);
      }
      (() => {
        for (let i = 0; i < 100; i += 1) sluice.createWriteStream(process.argv[1]).write('dropped');
      })();
      await new Promise((resolve) => setTimeout(resolve, 100));
      await collect(() => count() <= before);
      console.log(JSON.stringify({ before, after: count() }));
    })();`,
    { flags, args: [file('target')] },
  );
  expect(after).toBeLessThanOrEqual(before);
});
