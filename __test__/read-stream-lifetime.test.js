'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { createReadStream } = require('..');
const { useFolder } = require('./support/folder');
const { reported, runProgram } = require('./support/program');

const file = useFolder();
const ROOT = JSON.stringify(path.join(__dirname, '..'));
const onLinux = process.platform === 'linux' ? test : test.skip;
const onUnix = process.platform === 'win32' ? test.skip : test;

beforeEach(() => fs.writeFileSync(file('source'), Buffer.alloc(1_000_000, 'bytes ')));

/** What a program prints with our createReadStream and with that of fs: the same. */
async function printsAlike(program) {
  const options = { args: [file('source')], flags: ['--expose-gc'] };
  const [ours, theirs] = await Promise.all(
    ['sluice', 'fs'].map((lib) =>
      runProgram(`const open = (...args) => ${lib}.createReadStream(...args); ${program}`, options),
    ),
  );
  expect(ours).toEqual(theirs);
  expect(ours).toMatchObject({ code: 0, signal: null, stderr: '' });
  return ours.stdout;
}

describe('the process is held, and let go, as by fs', () => {
  test.each([
    ['never read', 'open(process.argv[1])'],
    ['asked for a byte', "open(process.argv[1]).on('readable', () => {})"],
    ['paused', "const s = open(process.argv[1]).on('data', () => s.pause())"],
    [
      'piped into a codec that nobody reads',
      'open(process.argv[1]).pipe(sluice.createGzip({ level: 0 }))',
    ],
    ['destroyed', 'open(process.argv[1]).destroy()'],
    ['given a descriptor', "open('', { fd: fs.openSync(process.argv[1]) })"],
    ['with autoClose: false', 'open(process.argv[1], { autoClose: false }).resume()'],
  ])('let go: %s', async (_, program) => {
    expect(await printsAlike(`${program}; process.on('exit', () => console.log('exit'));`)).toBe(
      'exit\n',
    );
  });

  test.each([
    [
      'until it is open',
      "open(process.argv[1]).on('ready', () => console.log('ready'))",
      'ready\n',
    ],
    [
      'until the end',
      "open(process.argv[1]).on('end', () => console.log('end')).resume()",
      'end\n',
    ],
    [
      'until it is closed',
      "open(process.argv[1]).on('close', () => console.log('closed')).resume()",
      'closed\n',
    ],
    [
      'until it is closed, destroyed',
      "open(process.argv[1]).on('close', () => console.log('closed')).destroy()",
      'closed\n',
    ],
    [
      'until it has failed',
      "open(process.argv[1] + '/no').on('error', ({ code }) => console.log(code))",
      'ENOTDIR\n',
    ],
    [
      'while it is read by and by',
      `const s = open(process.argv[1]); let total = 0;
      s.on('data', (chunk) => { total += chunk.length; s.pause(); setTimeout(() => s.resume(), 2); });
      s.on('end', () => console.log(total))`,
      '1000000\n',
    ],
    [
      'by for await',
      `(async () => { let total = 0; for await (const c of open(process.argv[1])) total += c.length;
        console.log(total); })()`,
      '1000000\n',
    ],
    [
      'though nobody else keeps the stream',
      `(() => open(process.argv[1]).on('data', () => gc()).on('end', () => console.log('end')))()`,
      'end\n',
    ],
  ])('held %s', async (_, program, output) => {
    expect(await printsAlike(`${program};`)).toBe(output);
  });
});

const COLLECT = `
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const collect = async (isDone) => {
    for (let i = 0; i < 100 && !isDone(); i += 1) { await turn(); gc(); }
  };
  const count = () => fs.readdirSync('/proc/self/fd').length;
  const name = process.argv[1];
`;

describe('a stream that nobody keeps is collected, and its file closed', () => {
  onLinux('in every state', async () => {
    const result = await reported(
      `${COLLECT}
      const states = {
        unread: (s) => s,
        paused: (s) => s.once('data', () => s.pause()),
        readable: (s) => s.on('readable', () => {}),
        ended: (s) => s.resume(),
        destroyed: (s) => s.destroy(),
      };
      (async () => {
        await new Promise((go) => sluice.createReadStream(name).resume().on('close', go));
        const before = count();
        const refs = [];
        for (const [state, use] of Object.entries(states)) {
          for (let i = 0; i < 20; i += 1) {
            (() => refs.push([state, new WeakRef(use(sluice.createReadStream(name)))]))();
          }
        }
        const alive = () => refs.filter(([, ref]) => ref.deref()).map(([state]) => state);
        await new Promise((resolve) => setTimeout(resolve, 200));
        await collect(() => alive().length === 0);
        await collect(() => count() <= before);
        console.log(JSON.stringify({ alive: alive(), open: count() - before }));
      })();`,
      { flags: ['--expose-gc'], args: [file('source')] },
    );
    expect(result).toEqual({ alive: [], open: 0 });
  });

  onUnix('but not one that was given, and not with autoClose: false', async () => {
    const result = await reported(
      `${COLLECT}
      const given = fs.openSync(name);
      let own;
      (() => {
        sluice.createReadStream('', { fd: given, end: 9 });
        sluice.createReadStream(name, { autoClose: false }).on('open', (fd) => (own = fd));
      })();
      setTimeout(async () => {
        for (let i = 0; i < 20; i += 1) { await turn(); gc(); }
        console.log(JSON.stringify([given, own].map((fd) => fs.readSync(fd, Buffer.alloc(5)))));
      }, 100);`,
      { flags: ['--expose-gc'], args: [file('source')] },
    );
    expect(result).toEqual([5, 5]);
  });
});

describe('a descriptor is closed exactly once', () => {
  const MOMENTS = `
    const moments = [
      (s) => s.destroy(),
      (s) => process.nextTick(() => s.resume().destroy()),
      (s) => setImmediate(() => s.destroy(new Error('given'))),
      (s) => s.on(s.pending ? 'open' : 'data', () => s.destroy()),
      (s) => s.on(s.pending ? 'ready' : 'data', () => s.close()),
      (s) => s.once('data', () => s.destroy()),
      (s) => s.once('data', () => setImmediate(() => s.destroy())),
      (s) => s.on('data', () => Math.random() < 0.2 && s.destroy()),
      (s) => s.resume().on('end', () => s.destroy()),
      (s) => s.resume(),
      (s) => setTimeout(() => s.destroy(), Math.random() * 3),
      (s) => { s.resume(); setTimeout(() => s.destroy(), Math.random() * 3); },
    ];`;

  onLinux('whenever it is destroyed: none is left, and no one else loses his', async () => {
    const result = await reported(
      `${COLLECT} ${MOMENTS}
      const opened = [];
      const one = (open, moment) => new Promise((resolve) => {
        const s = open();
        s.on('error', () => {}).on('close', () => {
          // The number is free again: whoever closes it twice closes this one.
          opened.push(fs.openSync('/dev/null'));
          resolve();
        });
        moment(s);
      });
      const opens = [
        () => sluice.createReadStream(name, { highWaterMark: 10_000 }),
        () => sluice.createReadStream('', { fd: fs.openSync(name) }),
      ];
      (async () => {
        await Promise.all(opens.map((open) => one(open, moments[0])));
        const before = count() - opened.length;
        for (let round = 0; round < 20; round += 1) {
          await Promise.all(opens.flatMap((open) => moments.map((moment) => one(open, moment))));
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
        const null_ = fs.statSync('/dev/null').rdev;
        const lost = opened.filter((fd) => fs.fstatSync(fd).rdev !== null_).length;
        console.log(JSON.stringify({ lost, left: count() - opened.length - before }));
      })();`,
      { args: [file('source')] },
    );
    expect(result).toEqual({ lost: 0, left: 0 });
  });
});

/** Streams in full flow, and some that wait. */
const FULL_FLOW = `
  const flow = (name) => {
    sluice.createReadStream('/dev/zero').resume();
    sluice.createReadStream('/dev/zero', { highWaterMark: 100 }).resume();
    sluice.createReadStream('/dev/zero').pipe(sluice.createGzip({ level: 1 })).resume();
    sluice.createReadStream('/dev/zero').pipe(sluice.createWriteStream('/dev/null'));
    sluice.createReadStream('/dev/zero').on('readable', () => {});
    globalThis.kept = sluice.createReadStream(name);
  };
`;

describe('10. After the environment is torn down nothing calls into it', () => {
  onLinux(
    'a worker is terminated in full flow, time and again, and its files are closed',
    async () => {
      const openFiles = () => fs.readdirSync('/proc/self/fd').length;
      const source = `
      const sluice = require(${ROOT});
      const { parentPort } = require('node:worker_threads');
      ${FULL_FLOW}
      flow(${JSON.stringify(file('source'))});
      parentPort.postMessage('flowing');
    `;
      const round = async (delay) => {
        const workers = [0, 1].map(() => new Worker(source, { eval: true }));
        await Promise.all(workers.map((worker) => new Promise((go) => worker.once('message', go))));
        await new Promise((go) => setTimeout(go, delay));
        expect(await Promise.all(workers.map((worker) => worker.terminate()))).toEqual([1, 1]);
      };
      await round(0);
      await new Promise((resolve) => setTimeout(resolve, 200));
      const before = openFiles();
      for (let i = 0; i < 8; i += 1) await round(i * 3);
      for (let i = 0; i < 100 && openFiles() > before; i += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(openFiles()).toBeLessThanOrEqual(before);
      // The threads that the workers shared still serve.
      const chunks = await createReadStream(file('source'), { end: 4, encoding: 'utf8' }).toArray();
      expect(chunks).toEqual(['bytes']);
    },
  );

  onUnix('process.exit() in full flow, and inside a listener', async () => {
    const name = JSON.stringify(file('source'));
    const programs = [
      ...Array.from(
        { length: 5 },
        (_, i) => `flow(${name}); setTimeout(() => process.exit(7), ${i * 7});`,
      ),
      `sluice.createReadStream(${name}).on('open', () => process.exit(7));`,
      `sluice.createReadStream(${name}).on('data', () => process.exit(7));`,
      `sluice.createReadStream(${name}).on('end', () => process.exit(7)).resume();`,
    ];
    for (const exit of programs.map((program) => runProgram(FULL_FLOW + program))) {
      expect(await exit).toEqual({ code: 7, signal: null, stdout: '', stderr: '' });
    }
  });
});

describe('a listener that throws costs the stream nothing', () => {
  test('the next chunk comes when it is resumed, and all of them come', async () => {
    const result = await reported(
      `
      const thrown = []; let total = 0;
      process.on('uncaughtException', ({ message }) => { thrown.push(message); setImmediate(() => s.pause().resume()); });
      const s = sluice.createReadStream(process.argv[1], { highWaterMark: 100_000 });
      s.on('data', (chunk) => { total += chunk.length; if (total <= 300_000) throw new Error('data'); });
      s.on('end', () => console.log(JSON.stringify({ total, thrown })));`,
      { args: [file('source')] },
    );
    expect(result).toEqual({ total: 1_000_000, thrown: ['data', 'data', 'data'] });
  });

  test.each(['open', 'ready', 'end', 'close'])("in '%s': it goes on as that of fs", (event) =>
    printsAlike(`
      const noted = [];
      process.on('uncaughtException', ({ message }) => noted.push(message));
      const s = open(process.argv[1]).resume();
      s.on('${event}', () => { throw new Error('${event}'); });
      process.on('exit', () => console.log(noted, s.bytesRead, s.closed));`),
  );

  test("a listener is in the context of the stream's maker", async () => {
    const result = await reported(
      `
      const { AsyncLocalStorage } = require('node:async_hooks');
      const storage = new AsyncLocalStorage();
      const contexts = new Set();
      storage.run('request', () => {
        const s = sluice.createReadStream(process.argv[1], { highWaterMark: 1000 });
        for (const event of ['open', 'data', 'end', 'close']) {
          s.on(event, () => contexts.add(event + ' ' + storage.getStore()));
        }
      });
      process.on('exit', () => console.log(JSON.stringify([...contexts])));`,
      { args: [file('source')] },
    );
    expect(result).toEqual(['open request', 'data request', 'end request', 'close request']);
  });
});
