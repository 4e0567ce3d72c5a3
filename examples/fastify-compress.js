'use strict';

// A server made with Fastify and `@fastify/compress`, neither of which knows of Sluice:
//
//   node -r sluice/register examples/fastify-compress.js
//
// `/item` is small and compressed within a call, `/items` is sent at once and `/log` streamed. A client in a process of
// its own asks for all three in every encoding, zstd too, which `node:zlib` has not got on every version of Node, and says
// what it got.

const { Readable } = require('node:stream');
const compress = require('@fastify/compress');
const Fastify = require('fastify');
const { askInAnotherProcess } = require('./compressed-client');

const items = Array.from({ length: 3000 }, (_, id) => ({
  id,
  name: `Item ${id}`,
  price: id / 100,
}));

function* lines() {
  for (const item of items) yield `${JSON.stringify(item)}\n`;
}

async function main() {
  const app = Fastify();
  await app.register(compress, { threshold: 0, encodings: ['gzip', 'br', 'deflate', 'zstd'] });
  app.get('/item', async () => items[1]);
  app.get('/items', async () => items);
  app.get('/log', (request, reply) => reply.type('text/plain').send(Readable.from(lines())));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address();
  process.exitCode = await askInAnotherProcess(port, ['/item', '/items', '/log']);
  await app.close();
}

main();
