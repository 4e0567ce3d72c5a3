'use strict';

// observation.serve(): the page, live, for this machine alone.

const { once } = require('node:events');
const http = require('node:http');
const net = require('node:net');
const { finished } = require('node:stream/promises');
const { observe } = require('..');
const { dataOf, pipeThrough, wordsOf } = require('./support/pages');
const { printed } = require('./support/program');
const {
  closeAfterEach,
  destroyAfterEach,
  rejection,
  stuckWritable,
  track,
} = require('./support/streams');

destroyAfterEach();

const keep = closeAfterEach();
const watch = (...streams) => keep(observe(...streams));

async function serve(streams, options) {
  const observation = watch(streams);
  const served = keep(await observation.serve(options));
  return { observation, ...served };
}

/** One request, as a browser or another program might make it. */
async function ask(port, path, { method = 'GET', headers, host = '127.0.0.1' } = {}) {
  const request = http.request({ host, port, path, method, headers, agent: false }).end();
  const [response] = await once(request, 'response');
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode, headers: response.headers, text };
}

const codeOf = async (promise) => (await rejection(promise))?.code;

test('the page is there, and asks for what is new until it is over', async () => {
  let go;
  const streams = pipeThrough(3, { until: new Promise((resolve) => (go = resolve)) });
  const { observation, url, port, close } = await serve(streams, { title: 'Live' });
  expect(url).toBe(`http://127.0.0.1:${port}/`);
  const page = await ask(port, '/');
  expect(page.status).toBe(200);
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  expect(page.text).toContain('id="data" data-live>');
  expect(dataOf(page.text)).toMatchObject({ title: 'Live', over: false });

  go();
  await finished(streams['stage 2']);
  while (!observation.closed) await new Promise((resolve) => setTimeout(resolve, 5));
  for (let times = 0; times < 2; times += 1) {
    const { status, headers, text } = await ask(port, '/state');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    const { picture, data } = JSON.parse(text);
    expect(data).toMatchObject({ over: true, stages: [{}, {}, { bytesIn: 100_000 }] });
    expect(wordsOf(`<main>${picture}</main>`)).toContain(observation.verdict().text);
  }
  const client = track(net.connect(port, '127.0.0.1'));
  await once(client, 'connect');
  await Promise.all([once(client.resume(), 'close'), close()]);
  await close();
  expect(await codeOf(ask(port, '/'))).toBe('ECONNREFUSED');
});

test('nothing may be loaded from elsewhere, framed or kept', async () => {
  const { port } = await serve(stuckWritable());
  for (const path of ['/', '/state', '/missing']) {
    const { headers } = await ask(port, path);
    const policy = headers['content-security-policy'];
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-\S+' 'sha256-\S+'; style-src 'sha256-\S+';/,
    );
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  }
});

test('other paths and methods are refused', async () => {
  const { port } = await serve(stuckWritable());
  for (const path of ['/page', '//', '/../etc/passwd', '/state/', '/constructor', '/__proto__']) {
    expect(await ask(port, path)).toMatchObject({ status: 404 });
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const { status, headers } = await ask(port, '/', { method });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  }
  expect(await ask(port, '/', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
});

test.each([
  ['127.0.0.1:1', 200],
  ['localhost', 200],
  ['LOCALHOST:8080', 200],
  ['[::1]:80', 200],
  ['rebound.example', 403],
  ['rebound.example:8080', 403],
  ['127.0.0.1.rebound.example', 403],
  ['localhost.rebound.example', 403],
  ['192.168.0.1', 403],
  ['0.0.0.0', 403],
])('who asks for %j gets %d', async (host, status) => {
  const { port } = await serve(stuckWritable());
  for (const path of ['/', '/state']) {
    expect(await ask(port, path, { headers: { host } })).toMatchObject({ status });
  }
});

test('a port that is taken is an error, and the streams go on', async () => {
  const streams = pipeThrough(3);
  const observation = watch(streams);
  const { port } = await serve(stuckWritable());
  expect(await codeOf(observation.serve({ port }))).toBe('EADDRINUSE');
  await finished(streams['stage 2']);
  expect(observation.snapshot().stages[2].bytesIn).toBe(100_000);
  // It has not been left in a state in which nothing works.
  keep(await observation.serve());
});

test.each([
  [{ port: '80' }, 'ERR_INVALID_ARG_TYPE'],
  [{ port: null }, 'ERR_INVALID_ARG_TYPE'],
  [{ port: -1 }, 'ERR_SOCKET_BAD_PORT'],
  [{ port: 65_536 }, 'ERR_SOCKET_BAD_PORT'],
  [{ port: 1.5 }, 'ERR_SOCKET_BAD_PORT'],
  [{ host: 1 }, 'ERR_INVALID_ARG_TYPE'],
  [{ host: '0.0.0.0' }, 'ERR_INVALID_ARG_VALUE'],
  [{ host: '::' }, 'ERR_INVALID_ARG_VALUE'],
  [{ host: 'example.org' }, 'ERR_INVALID_ARG_VALUE'],
  [{ title: 1 }, 'ERR_INVALID_ARG_TYPE'],
])('%j is refused', async (options, code) => {
  expect(await codeOf(watch(stuckWritable()).serve(options))).toBe(code);
});

test('another address of this machine will do', async () => {
  const { url, port } = await serve(stuckWritable(), { host: 'localhost' });
  expect(url).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]):\d+\/$/);
  expect(await ask(port, '/state', { host: 'localhost' })).toMatchObject({ status: 200 });
});

test('a client that never reads costs no memory', async () => {
  const { port } = await serve(stuckWritable());
  const client = track(net.connect(port, '127.0.0.1'));
  client.on('error', () => {}).pause();
  await once(client, 'connect');
  const before = process.memoryUsage();
  const request = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
  for (let n = 0; n < 3000; n += 1) client.write(request);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const after = process.memoryUsage();
  const grown = after.heapUsed + after.external - before.heapUsed - before.external;
  expect(grown).toBeLessThan(20e6);
});

test('a page holds no process, nor does who looks at it', async () => {
  const output = await printed(`
    const net = require('node:net');
    const { PassThrough } = require('node:stream');
    process.on('exit', () => console.log('ended'));
    sluice.observe(new PassThrough()).serve().then(({ port }) => {
      const client = net.connect(port, '127.0.0.1', () => client.unref());
    });
  `);
  expect(output).toBe('ended\n');
});
