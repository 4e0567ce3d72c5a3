'use strict';

/** Files that cannot be opened for as long as nobody reads them: they keep threads, and must keep nothing else. */

const { execFileSync } = require('node:child_process');
const { useFolder } = require('./support/folder');
const { printed } = require('./support/program');

const file = useFolder();
const onPosix = process.platform === 'win32' ? test.skip : test;

onPosix(
  'a codec and a slow writer go on while more files stall than there are threads',
  async () => {
    const names = Array.from({ length: 70 }, (_, i) => file(`fifo-${i}`));
    execFileSync('mkfifo', names);
    const output = await printed(
      `
    for (const name of process.argv.slice(1)) sluice.createWriteStream(name).on('error', () => {});
    const gzip = sluice.createGzip();
    gzip.resume();
    gzip.on('end', () => {
      sluice.createSlowWritableStream({ latency: 1 }).end('x', () => {
        console.log('both done');
        process.exit();
      });
    });
    gzip.end('x');`,
      { args: names },
    );
    expect(output).toBe('both done\n');
  },
);
