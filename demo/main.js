'use strict';

// npm start [-- PATH]: pipes a file through gzip into a file, and that into a slow writer, and shows the pressure
// while it happens. See pipelines.js for the streams; the rest is the picture.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const zlib = require('node:zlib');
const sluice = require('..');
const { bytes, count, rate, seconds, shorten } = require('./format');
const { Gauge } = require('./gauge');
const { MemorySampler } = require('./memory');
const { compress, decodeAndHash, hashFile, send } = require('./pipelines');
const report = require('./report');
const { SHOW_CURSOR, during, painter, watch } = require('./screen');

const NODE = {
  createGzip: zlib.createGzip,
  createGunzip: zlib.createGunzip,
  createWriteStream: fs.createWriteStream,
};
const SLOW_SECONDS = 7;
/** Of the slow writer: milliseconds before each piece; bytes, four chunks of a file. */
const SLOW = { latency: 5, highWaterMark: 256 * 1024 };
/** A small file need not take that long. */
const SLOWEST = 64 * 1024;

const out = process.stdout;

function temporaryFolder() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sluice-demo-'));
  process.on('exit', () => {
    if (out.isTTY) out.write(SHOW_CURSOR);
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ]) {
    process.once(signal, () => process.exit(128 + number));
  }
  return folder;
}

function summary(name, { pressure }, milliseconds) {
  return (
    `${name}: ${bytes(pressure.bytesIn)} in ${seconds(milliseconds)}, ${rate(pressure.bytesIn, milliseconds)}, ` +
    `write() false ${count(pressure.falseWrites)} times, ${count(pressure.drains)} drains, ` +
    `at most ${bytes(pressure.peak)} buffered`
  );
}

function firstStage(source, size, target) {
  return watch(out, (draw) =>
    compress(sluice, source, target, ({ gzip, file }) => {
      const start = performance.now();
      const gauges = [
        new Gauge('gzip in', gzip),
        new Gauge('gzip out', gzip, { side: ({ readable }) => readable, passed: 'bytesOut' }),
        new Gauge('file', file),
      ];
      draw('1  file → gzip → file', gauges, {
        progress: () => `${bytes(gzip.pressure.bytesIn)} of ${bytes(size)}`,
        plain: () => summary('gzip', gzip, performance.now() - start),
      });
    }),
  );
}

/** What is left to be looked at, in the folder that the demo was started in. */
const PAGE = 'pressure.html';

/** A page of the slow writer, if there may be one. */
async function writePage(observation) {
  try {
    await observation.report(PAGE, { title: 'Sluice demo: a file to a slow writer' });
    return [`Where its time went, to open in a browser: ${path.resolve(PAGE)}`];
  } catch (error) {
    return [`No page of where its time went: ${error.message}`];
  }
}

async function secondStage(source, size) {
  let observation;
  const sent = await pourSlowly(source, size, (streams) => {
    observation = sluice.observe(streams);
  });
  observation.close();
  return { ...sent, observation };
}

function pourSlowly(source, size, onStart) {
  const bytesPerSecond = Math.max(SLOWEST, Math.ceil(size / SLOW_SECONDS));
  return watch(out, (draw) =>
    send(sluice, source, { bytesPerSecond, ...SLOW }, ({ file, slow }) => {
      onStart({ file, slow });
      const start = performance.now();
      draw(
        `2  file → slow writer, ${rate(bytesPerSecond, 1000)}`,
        [new Gauge('slow', slow, { passed: 'bytesOut' })],
        {
          progress: () => `${bytes(slow.pressure.bytesOut)} of ${bytes(size)}`,
          plain: () => summary('slow writer', slow, performance.now() - start),
        },
      );
    }),
  );
}

/** Fails at once, and not in the middle of a picture, when there is nothing to read. */
function sizeOfFile(source) {
  const stat = fs.statSync(source);
  if (!stat.isFile()) throw new Error(`not a regular file: '${source}'`);
  fs.closeSync(fs.openSync(source));
  return stat.size;
}

async function main(source) {
  const size = sizeOfFile(source);
  const folder = temporaryFolder();
  const paint = painter(out);
  out.write(`${paint('bold', `Sluice on ${shorten(source, 40)}`)}, ${bytes(size)}\n\n`);

  const memory = new MemorySampler();
  const sha256 = await hashFile(source); // It also warms the file cache, for both.
  const target = path.join(folder, 'sluice.gz');
  const compressed = await firstStage(source, size, target);
  const sent = await secondStage(target, compressed.bytes);
  const decoded = await during(out, 'Decoding', () => decodeAndHash(sluice, target));
  const growth = memory.stop();

  const nodeCompressed = await during(out, 'The same with node:zlib', () =>
    compress(NODE, source, path.join(folder, 'node.gz')),
  );
  const nodeDecoded = await during(out, 'Decoding with node:zlib', () =>
    decodeAndHash(NODE, target),
  );

  const all = { size, sha256, compressed, sent, decoded, nodeCompressed, nodeDecoded, growth };
  const checks = report.roundTrip(all);
  const lines = [
    ...report.stages(all),
    paint('dim', report.NOTE),
    '',
    ...report.comparison(all),
    '',
  ];
  for (const { same, text } of checks) lines.push(paint(same ? 'good' : 'bad', text));
  lines.push('', sent.observation.verdict().text, ...(await writePage(sent.observation)));
  out.write(`${out.isTTY ? '' : '\n'}${lines.join('\n')}\n`);
  if (!checks.every(({ same }) => same)) process.exitCode = 1;
}

out.on('error', () => process.exit(1)); // `npm start | head` closes the pipe.
main(process.argv[2] ?? process.execPath).catch((error) => {
  process.stderr.write(`sluice demo: ${error.message}\n`);
  process.exit(1);
});
