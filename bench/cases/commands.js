'use strict';

// Whole processes: a program that compresses the file with Sluice, its start included, beside the command that does.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { noLarger, sizes, speeds, timesFaster, versus } = require('../rows');
const { decoders, digest, same } = require('../verify');

const PROGRAM = path.join(__dirname, '..', 'compress-process.js');

/** Runs a command whose output goes to `target`; resolves with its milliseconds. */
async function timeOf([command, ...args], target) {
  const output = fs.openSync(target, 'w');
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', output, 'inherit'] });
  const [code] = await once(child, 'exit');
  const milliseconds = performance.now() - start;
  fs.closeSync(output);
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  return milliseconds;
}

function besideCommand({ name, command, codec, options, decode, wanted }) {
  async function measure(lib, { files, source, folder, implementation }) {
    const target = path.join(folder, 'target');
    const ours = [process.execPath, PROGRAM, codec, JSON.stringify(options), files.plain, target];
    const milliseconds =
      implementation === 'sluice'
        ? await timeOf(ours, path.join(folder, 'nothing'))
        : await timeOf([...command, files.plain], target);
    same(await digest(fs.createReadStream(target), decoders[decode]()), source, name);
    return { milliseconds, bytes: fs.statSync(target).size };
  }

  const rows = (ours, theirs, { source }) => [
    versus(name, {
      work: `a process that compresses the file, native ends, beside \`${command.join(' ')}\``,
      ...speeds(ours, theirs, source.bytes),
      ...timesFaster(ours, theirs, 'milliseconds', wanted),
    }),
    versus(name, { work: 'its size', ...sizes(ours, theirs), ...noLarger(ours, theirs) }),
  ];
  const isInstalled = () =>
    process.env.PATH.split(path.delimiter).some((folder) =>
      fs.existsSync(path.join(folder, command[0])),
    );
  return { measure, rows, sides: () => (isInstalled() ? ['sluice', name] : ['sluice']) };
}

module.exports = {
  'pigz-6': besideCommand({
    name: 'pigz',
    command: ['pigz', '-6', '-p', '2', '-c'],
    codec: 'createGzip',
    options: { level: 6 },
    decode: 'createGunzip',
    wanted: 1.8,
  }),
  'zstd-command-3': besideCommand({
    name: 'zstd',
    command: ['zstd', '-3', '-T2', '-q', '-c'],
    codec: 'createZstdCompress',
    options: { threads: 2 },
    decode: 'createZstdDecompress',
  }),
};
