'use strict';

// A preload, to stand before `sluice/register`: counts what a program has Sluice do, and prints it on stderr in the end.

const native = require('../../binding.js');

const done = { streams: 0, calls: 0 };

function count(name, what) {
  const original = native[name];
  native[name] = (...args) => {
    done[what] += 1;
    return original(...args);
  };
}

count('openCodec', 'streams');
for (const name of ['process', 'processOnce', 'processAll']) count(name, 'calls');

process.on('exit', () => process.stderr.write(`${JSON.stringify(done)}\n`));
