'use strict';

// The client of cases/slow-client.js. For each message { port, path, bytesPerSecond } it makes one request, takes the
// compressed bytes at that pace, and answers with the SHA-256 and length of what they decode to.

const { createHash } = require('node:crypto');
const http = require('node:http');
const { pipeline } = require('node:stream/promises');
const { setTimeout: sleep } = require('node:timers/promises');
const { createGunzip } = require('node:zlib');

async function* atPace(chunks, bytesPerSecond) {
  const start = performance.now();
  let taken = 0;
  for await (const chunk of chunks) {
    taken += chunk.length;
    const early = (taken / bytesPerSecond) * 1000 - (performance.now() - start);
    if (early > 1) await sleep(early);
    yield chunk;
  }
}

async function receive({ port, path, bytesPerSecond }) {
  const hash = createHash('sha256');
  let bytes = 0;
  const start = performance.now();
  const response = await new Promise((resolve, reject) => {
    http.get({ host: '127.0.0.1', port, path, agent: false }, resolve).on('error', reject);
  });
  const paced = (chunks) => atPace(chunks, bytesPerSecond ?? Infinity);
  await pipeline(response, paced, createGunzip(), async (decoded) => {
    for await (const chunk of decoded) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  });
  return { bytes, sha256: hash.digest('hex'), seconds: (performance.now() - start) / 1000 };
}

process.on('message', (message) => {
  receive(message).then(
    (result) => process.send(result),
    (error) => process.send({ error: error.message }),
  );
});
