'use strict';

// An HTTP server that gzips a response for a slow client. The client's pace reaches the generator of the response,
// so the server's memory does not grow with the response.
//
//   node examples/http-gzip.js [MEGABYTES] [CLIENT_MEGABYTES_PER_SECOND]

const { createHash, randomBytes } = require('node:crypto');
const http = require('node:http');
const { pipeline } = require('node:stream/promises');
const { setTimeout: sleep } = require('node:timers/promises');
const { createGunzip, createGzip } = require('sluice');

const PIECE = 64 * 1024;

/** The response: `size` bytes that gzip makes about half as large. `hash` sees what was sent. */
function* generate(size, hash) {
  for (let left = size; left > 0; left -= PIECE) {
    const piece = Buffer.from(randomBytes(PIECE / 2).toString('hex')).subarray(0, left);
    hash.update(piece);
    yield piece;
  }
}

function serve(size, sent) {
  const server = http.createServer((request, response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Type': 'text/plain' });
    pipeline(generate(size, sent), createGzip(), response).catch((error) => {
      console.error(`the client went away: ${error.message}`);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** A client that decodes and hashes the response, but takes only so many decoded bytes a second. */
async function receiveSlowly(port, bytesPerSecond) {
  const hash = createHash('sha256');
  let bytes = 0;
  const response = await new Promise((resolve, reject) => {
    http.get({ port, host: '127.0.0.1' }, resolve).on('error', reject);
  });
  const start = performance.now();
  await pipeline(response, createGunzip(), async (decoded) => {
    for await (const chunk of decoded) {
      hash.update(chunk);
      bytes += chunk.length;
      const early = (bytes / bytesPerSecond) * 1000 - (performance.now() - start);
      if (early > 5) await sleep(early);
    }
  });
  return { bytes, sha256: hash.digest('hex') };
}

async function main(megabytes = '40', pace = '10') {
  const sent = createHash('sha256');
  const server = await serve(Math.round(megabytes * 1e6), sent);

  const before = process.memoryUsage.rss();
  let peak = before;
  const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const received = await receiveSlowly(server.address().port, pace * 1e6);
  clearInterval(sampler);
  server.close();

  const identical = received.sha256 === sent.digest('hex');
  console.log(`the client received ${received.bytes} bytes, ${identical ? '' : 'NOT '}identical`);
  console.log(`memory of server and client grew by ${((peak - before) / 1e6).toFixed(1)} MB`);
  if (!identical) process.exitCode = 1;
}

main(...process.argv.slice(2));
