'use strict';

/** At every level the output is at most 1 % larger than node:zlib's at that level. */

const { buffer } = require('node:stream/consumers');
const zlib = require('node:zlib');
const { createGzip } = require('sluice');
const { sampleText } = require('./support/command.js');
const { executable, sources } = require('./support/real-files.js');

describe.each([
  ['text', sources()],
  ['a log', sampleText(2_000_000)],
  ['an executable', executable(4_000_000)],
])('%s', (_, data) => {
  test.each([-1, 1, 2, 3, 4, 5, 6, 7, 8, 9])('level %i', async (level) => {
    const gzip = createGzip({ level });
    gzip.end(data);
    const output = await buffer(gzip);
    expect(output.length).toBeLessThanOrEqual(1.01 * zlib.gzipSync(data, { level }).length);
    expect(zlib.gunzipSync(output).equals(data)).toBe(true);
  });
});
