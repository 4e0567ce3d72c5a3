'use strict';

// npm run test:crowd [-- --streams N --seconds S]: many streams of mixed kinds under one budget, with sinks at 100 KB/s. Fails
// when their buffers pass the budget, or when one of the sinks gets less than half of what they get on average.

const { randomBytes } = require('node:crypto');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { pipeline } = require('node:stream');
const { setTimeout: sleep } = require('node:timers/promises');
const { parseArgs } = require('node:util');
const {
  Budget,
  createDeflate,
  createGzip,
  createReadStream,
  createSlowWritableStream,
} = require('..');

const BYTES = 64 * 1024 * 1024;
const PACE = 100_000;
const WRITES = [1000, 16_384, 65_536];
const SAMPLES_PER_SECOND = 10;

/** Writes noise for as long as the stream lets it. */
async function feed(stream, size) {
  const chunk = randomBytes(size);
  while (!stream.destroyed) {
    while (stream.write(chunk));
    await once(stream, 'drain');
  }
}

/** A sink and what leads to it: `all` are the streams that share the budget. */
function lane(number, budget, file) {
  const sink = createSlowWritableStream({ budget, bytesPerSecond: PACE });
  const size = WRITES[number % WRITES.length];
  const failed = () => {};
  switch (number % 4) {
    case 0:
      feed(sink, size).catch(failed);
      return { sink, all: [sink] };
    case 1: {
      const codec = createGzip({ budget, level: 0 });
      pipeline(codec, sink, failed);
      feed(codec, size).catch(failed);
      return { sink, all: [codec, sink] };
    }
    case 2: {
      const source = createReadStream(file, { budget });
      pipeline(source, sink, failed);
      return { sink, all: [source, sink] };
    }
    default: {
      const source = createReadStream(file, { budget });
      const codec = createDeflate({ budget, level: 1 });
      pipeline(source, codec, sink, failed);
      return { sink, all: [source, codec, sink] };
    }
  }
}

const held = ({ pressure }) => (pressure.buffered ?? 0) + (pressure.readable?.buffered ?? 0);

async function run(streams, seconds) {
  const budget = new Budget({ bytes: BYTES });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-crowd-'));
  const file = path.join(folder, 'source');
  fs.copyFileSync(process.execPath, file);
  const lanes = [];
  for (let all = 0; all < streams; all += lanes.at(-1).all.length) {
    lanes.push(lane(lanes.length, budget, file));
  }
  const all = lanes.flatMap((each) => each.all);
  await sleep(1000);
  const before = lanes.map(({ sink }) => sink.bytesWritten);
  const begin = performance.now();
  let most = 0;
  for (let n = 0; n < seconds * SAMPLES_PER_SECOND; n += 1) {
    most = Math.max(
      most,
      all.reduce((sum, stream) => sum + held(stream), 0),
    );
    await sleep(1000 / SAMPLES_PER_SECOND);
  }
  const taken = lanes.map(({ sink }, n) => sink.bytesWritten - before[n]);
  const elapsed = (performance.now() - begin) / 1000;
  const { peak, waiting } = budget;
  for (const stream of all) stream.destroy();
  fs.rmSync(folder, { recursive: true });
  const mean = taken.reduce((sum, n) => sum + n) / taken.length;
  return {
    streams: all.length,
    sinks: lanes.length,
    most,
    peak,
    waiting,
    share: Math.min(...taken) / mean,
    rate: mean / elapsed,
  };
}

async function main() {
  const { values } = parseArgs({
    options: {
      streams: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '10' },
    },
  });
  const { streams, sinks, most, peak, waiting, share, rate } = await run(
    Number(values.streams),
    Number(values.seconds),
  );
  console.log(
    `${streams} streams, ${sinks} sinks: at most ${most} bytes in buffers, ${peak} by the budget's own count, ` +
      `of ${BYTES}; ${waiting} buffers wait`,
  );
  console.log(
    `a sink took ${Math.round(rate)} bytes/s on average, the slowest ${Math.round(100 * share)} % of that`,
  );
  if (Math.max(most, peak) > BYTES) throw new Error('the budget was passed');
  if (share < 0.5) throw new Error('a sink starves');
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
