'use strict';

/** What a page of an observation says, as one reads it and as its charts do. */

const { PassThrough, Readable, Writable } = require('node:stream');
const { track } = require('./streams');

const wait = async (milliseconds, until) => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  await until;
};

/** Names that would break out of where they are put, if they could. */
const HOSTILE = [
  '</script><script>window.hurt = 1</script>',
  '<img src=x onerror="window.hurt = 2">',
  '" onmouseover="window.hurt = 3" x="',
  "'&amp;\u202e\u0000",
];

/** What the charts are drawn from. */
function dataOf(html) {
  const [, json] = /<script type="application\/json" id="data"[^>]*>(.*?)<\/script>/s.exec(html);
  return JSON.parse(json);
}

/** What can be read without any script. */
function wordsOf(html) {
  const [, main] = /<main>(.*)<\/main>/s.exec(html);
  const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return main
    .replace(/<[^>]*>/g, ' ')
    .replace(/&([a-z#0-9]+);/g, (_, name) => entities[name])
    .replace(/\s+/g, ' ');
}

/** Pipes a source through so many stages into a sink, each of which gets every byte; the sink takes none before `until`. */
function pipeThrough(count, { names = (n) => `stage ${n}`, bytes = 100_000, until } = {}) {
  const streams = [track(Readable.from([Buffer.alloc(bytes / 2), Buffer.alloc(bytes / 2)]))];
  while (streams.length < count - 1) streams.push(track(new PassThrough()));
  streams.push(
    track(
      new Writable({ write: (chunk, encoding, done) => void wait(20, until).then(() => done()) }),
    ),
  );
  for (const [n, stream] of streams.slice(0, -1).entries()) stream.pipe(streams[n + 1]);
  return Object.fromEntries(streams.map((stream, n) => [names(n), stream]));
}

module.exports = { HOSTILE, dataOf, pipeThrough, wordsOf };
