'use strict';

// A server made with Express and its `compression` middleware, neither of which knows of Sluice:
//
//   node -r sluice/register examples/express-compression.js
//
// `/items` is sent at once, `/events` in pieces that are flushed as they come. A client in a process of its own asks for
// both in every encoding, and says what it got.

const { once } = require('node:events');
const { setTimeout: sleep } = require('node:timers/promises');
const compression = require('compression');
const express = require('express');
const { askInAnotherProcess } = require('./compressed-client');

const items = Array.from({ length: 3000 }, (_, id) => ({
  id,
  name: `Item ${id}`,
  price: id / 100,
}));

const app = express();
app.use(compression());
app.get('/items', (request, response) => response.json(items));
app.get('/events', async (request, response) => {
  response.type('text/event-stream');
  for (const item of items.slice(0, 20)) {
    response.write(`data: ${JSON.stringify(item)}\n\n`);
    response.flush();
    await sleep(1);
  }
  response.end();
});

async function main() {
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  process.exitCode = await askInAnotherProcess(port, ['/items', '/events']);
  server.close();
}

main();
