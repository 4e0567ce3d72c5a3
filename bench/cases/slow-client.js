'use strict';

// A server gzips 80 MB for a client that takes 4 MB/s. The client is a process of its own, so that the resident
// memory that is sampled here is the server's alone.

const { fork } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');
const { growths, grewAtMost } = require('../rows');
const { digest, same } = require('../verify');

const SIZE = 80e6;
const BYTES_PER_SECOND = 4e6;
const SAMPLE_EVERY = 20;

function serve({ createGzip }, file) {
  const server = http.createServer(async ({ url }, response) => {
    const end = url === '/warm-up' ? 1e6 - 1 : SIZE - 1;
    response.writeHead(200, { 'Content-Encoding': 'gzip' });
    try {
      await pipeline(fs.createReadStream(file, { end }), createGzip(), response);
    } catch (error) {
      server.emit('error', error);
    }
  });
  return server;
}

/** Asks the client process for one request; resolves with what it received. */
async function request(client, message) {
  client.send(message);
  const [result] = await once(client, 'message');
  if (result.error) throw new Error(`client: ${result.error}`);
  return result;
}

async function measure(lib, { file }) {
  const server = serve(lib, file).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  const client = fork(path.join(__dirname, '..', 'slow-client-process.js'));
  // One small request first: the growth that counts is that of the stream, not of loading the HTTP server.
  await request(client, { port, path: '/warm-up', bytesPerSecond: Infinity });

  const before = process.memoryUsage.rss();
  let peak = before;
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, SAMPLE_EVERY);
  const received = await request(client, { port, path: '/', bytesPerSecond: BYTES_PER_SECOND });
  clearInterval(sampler);
  client.disconnect();
  server.close();

  const wanted = await digest(fs.createReadStream(file, { end: SIZE - 1 }));
  same(received, wanted, 'what the slow client received');
  return { growth: peak - before, seconds: received.seconds };
}

module.exports = {
  measure,
  maximumRounds: 3,
  rows: (sluice, node) => [
    {
      work: '80 MB through gzip to an HTTP client that takes 4 MB/s: growth of memory',
      ...growths(sluice, node),
      ...grewAtMost(sluice, node, 48),
    },
  ],
};
