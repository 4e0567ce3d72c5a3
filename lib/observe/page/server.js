'use strict';

// A page that is served live, to this machine alone. It asks again and again, so nothing is kept for a client that does
// not read, and a client that is gone is none. It holds no process.

const { once } = require('node:events');
const http = require('node:http');
const { BlockList, isIP } = require('node:net');
const { policyOf, renderDocument, renderUpdate } = require('./document');
const { invalidArgType, invalidArgValue } = require('../../errors');

/** Connections at a time; and milliseconds after which one that stands still is closed. */
const CONNECTIONS = 32;
const IDLE = 30_000;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

const isLoopback = (host) => {
  const version = isIP(host);
  return version === 0
    ? host.toLowerCase() === 'localhost'
    : loopback.check(host, version === 6 ? 'ipv6' : 'ipv4');
};

/** The name in a Host header, without port and brackets. */
const nameIn = (header) => header?.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

function check({ port, host }) {
  if (typeof port !== 'number') throw invalidArgType('options.port', 'of type number', port);
  if (typeof host !== 'string') throw invalidArgType('options.host', 'of type string', host);
  if (!isLoopback(host)) throw invalidArgValue('options.host', host, 'must be a loopback address');
}

const ROUTES = new Map([
  ['/', ['text/html; charset=utf-8', (data) => renderDocument(data, { isLive: true })]],
  ['/state', ['application/json', renderUpdate]],
]);

function headersFor(type) {
  return {
    'Content-Type': type,
    'Content-Security-Policy': `${policyOf(true)}; frame-ancestors 'none'`,
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  };
}

function answer(request, response, read) {
  const refuse = (status, headers = {}) => {
    const text = `${status} ${http.STATUS_CODES[status]}\n`;
    response.writeHead(status, { ...headersFor('text/plain; charset=utf-8'), ...headers });
    response.end(text);
  };
  // A page of another site may have had its own name lead here.
  const name = nameIn(request.headers.host);
  if (name === undefined || !isLoopback(name)) return refuse(403);
  const route = ROUTES.get(request.url);
  if (!route) return refuse(404);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(405, { Allow: 'GET, HEAD' });
  }
  const [type, render] = route;
  response.writeHead(200, headersFor(type));
  return response.end(request.method === 'HEAD' ? undefined : render(read()));
}

/**
 * @param {() => object} read what the page shows now
 * @returns {Promise<{ url: string, port: number, close: () => Promise<void> }>}
 */
async function servePage(read, options) {
  check(options);
  const { port, host } = options;
  const server = http.createServer((request, response) => answer(request, response, read));
  server.maxConnections = CONNECTIONS;
  // Who sends many requests at once and reads nothing would have as many answers wait.
  server.maxRequestsPerSocket = 1;
  server.setTimeout(IDLE);
  server.on('connection', (socket) => socket.unref());
  server.listen({ port, host });
  server.unref();
  await once(server, 'listening');
  // What may fail from now on is a connection that cannot be accepted, which is no fault of the program.
  server.on('error', () => {});

  const address = server.address();
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  let closing;
  return {
    url: `http://${shown}:${address.port}/`,
    port: address.port,
    close() {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}

module.exports = { servePage };
