'use strict';

// `node -r sluice/register` and `node --import sluice/register`, in processes of their own.

const { spawnSync } = require('node:child_process');
const { mkdirSync, symlinkSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');
const { useFolder } = require('./support/folder');

const root = path.join(__dirname, '..');
const file = useFolder();

/** Runs a program in a folder where `sluice` is installed, and gives what it printed as JSON. */
function run(name, source, flags) {
  mkdirSync(file('node_modules'));
  symlinkSync(root, file('node_modules/sluice'), 'junction');
  writeFileSync(file(name), source);
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, file(name)], {
    cwd: file('.'),
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout);
}

const ways = [
  ['-r', ['-r', 'sluice/register']],
  ['--import', ['--import', 'sluice/register']],
];

/** Names that Node has in any version, and what they are in Sluice. */
const CJS = `
  const sluice = require('sluice');
  const same = [require('zlib'), require('node:zlib'), process.getBuiltinModule?.('zlib')]
    .filter(Boolean)
    .map((zlib) => Object.keys(zlib).filter((name) => zlib[name] !== sluice[name]));
  console.log(JSON.stringify(same));
`;
const ESM = `
  import sluice from 'sluice';
  import * as all from 'node:zlib';
  import zlib, { gzipSync, createGunzip, Gzip, brotliDecompressSync, crc32 } from 'zlib';
  import { gunzipSync } from 'node:zlib';
  const { default: _, ...names } = all;
  console.log(JSON.stringify([
    Object.keys(names).filter((name) => names[name] !== sluice[name]),
    Object.keys(zlib).filter((name) => zlib[name] !== sluice[name]),
    gzipSync === sluice.gzipSync && createGunzip === sluice.createGunzip && Gzip === sluice.Gzip,
    brotliDecompressSync === sluice.brotliDecompressSync && crc32 === sluice.crc32,
    String(gunzipSync(gzipSync('text'))),
  ]));
`;

describe.each(ways)('node %s sluice/register', (_, flags) => {
  test('every require gives Sluice', () => {
    const [first, ...others] = run('app.cjs', CJS, flags);
    // The two objects that cannot be replaced, which hold the same.
    expect(first.sort()).toEqual(['codes', 'constants']);
    for (const names of others) expect(names.sort()).toEqual(first);
  });

  test('every import gives Sluice', () => {
    const [named, properties, ...others] = run('app.mjs', ESM, flags);
    const constants = named.filter((name) => !/^(codes|constants)$/.test(name));
    expect(constants).toEqual([]);
    expect(properties.sort()).toEqual(['codes', 'constants']);
    expect(others).toEqual([true, true, 'text']);
  });

  test('what a module took before is not changed, and what a dependency takes is', () => {
    const source = `
      const { createGzip } = require('zlib');
      const sluice = require('sluice');
      console.log(JSON.stringify([createGzip === sluice.createGzip, createGzip() instanceof require('zlib').Gzip]));
      process.exit();
    `;
    expect(run('app.cjs', source, flags)).toEqual([true, true]);
  });

  test('in a worker too', () => {
    const source = `
      const { Worker, isMainThread, parentPort } = require('node:worker_threads');
      if (isMainThread) {
        new Worker(__filename).on('message', (message) => console.log(JSON.stringify(message)));
      } else {
        const zlib = require('zlib');
        const same = zlib.gzipSync === require('sluice').gzipSync;
        zlib.gunzip(zlib.gzipSync('text'), (error, text) => parentPort.postMessage([same, String(text)]));
      }
    `;
    expect(run('app.cjs', source, flags)).toEqual([true, 'text']);
  });

  test("Node's own fetch() decodes with it", () => {
    const source = `
      const http = require('node:http');
      const sluice = require('sluice');
      const { write } = sluice.Gunzip.prototype;
      let written = 0;
      sluice.Gunzip.prototype.write = function (...args) {
        written += 1;
        return write.apply(this, args);
      };
      const server = http.createServer((request, response) => {
        response.setHeader('content-encoding', 'gzip');
        response.end(sluice.gzipSync('from the server'));
      }).listen(0, async () => {
        const response = await fetch('http://localhost:' + server.address().port);
        console.log(JSON.stringify([await response.text(), written > 0]));
        server.close();
        server.closeAllConnections();
      });
    `;
    expect(run('app.cjs', source, flags)).toEqual(['from the server', true]);
  });
});

test('a Node without zstd has it, on the module', () => {
  const source = `
    import zlib from 'node:zlib';
    const packed = zlib.zstdCompressSync('text');
    console.log(JSON.stringify([String(zlib.zstdDecompressSync(packed)), zlib.ZSTD_e_end]));
  `;
  expect(run('app.mjs', source, ['--import', 'sluice/register'])).toEqual(['text', 2]);
});

test('it is loaded when zlib is asked for something, and not before', () => {
  const source = `
    const isLoaded = () => Object.keys(require.cache).some((name) => name.endsWith('.node'));
    const seen = [isLoaded()];
    const zlib = require('zlib');
    zlib.constants.Z_OK;
    seen.push(isLoaded(), Object.keys(zlib).length > 40);
    zlib.gzipSync;
    seen.push(isLoaded());
    console.log(JSON.stringify(seen));
  `;
  expect(run('app.cjs', source, ['-r', 'sluice/register'])).toEqual([false, false, true, true]);
});

test('what a program puts in the place of a function stays there', () => {
  const source = `
    const zlib = require('zlib');
    const mine = () => 'mine';
    zlib.gzipSync = mine;
    Object.defineProperty(zlib, 'createGzip', { value: mine, configurable: true });
    console.log(JSON.stringify([
      zlib.gzipSync === mine && zlib.createGzip === mine,
      zlib.gunzipSync === require('sluice').gunzipSync,
    ]));
  `;
  expect(run('app.cjs', source, ['-r', 'sluice/register'])).toEqual([true, true]);
});

test('what a program puts on an object that inherits from zlib stays there', () => {
  const source = `
    const zlib = require('zlib');
    const heir = Object.create(zlib);
    const mine = () => 'mine';
    heir.gzip = mine;
    console.log(JSON.stringify([heir.gzip === mine, zlib.gzip === require('sluice').gzip]));
  `;
  expect(run('app.cjs', source, ['-r', 'sluice/register'])).toEqual([true, true]);
});

test('what was imported before is replaced, too', () => {
  const source = `
    import { createRequire } from 'node:module';
    import sluice from 'sluice';
    import { gzipSync, Gunzip } from 'node:zlib';
    const before = gzipSync === sluice.gzipSync;
    createRequire(import.meta.url)('sluice/register');
    console.log(JSON.stringify([before, gzipSync === sluice.gzipSync, Gunzip === sluice.Gunzip]));
  `;
  expect(run('app.mjs', source, [])).toEqual([false, true, true]);
});

test('loaded twice, it does nothing more; and required from a program it works from then on', () => {
  const source = `
    const zlib = require('zlib');
    const before = zlib.gzipSync;
    require('sluice/register');
    const after = zlib.gzipSync;
    require('sluice/register');
    const { gzipSync } = require('sluice');
    console.log(JSON.stringify([before === gzipSync, after === gzipSync, zlib.gzipSync === gzipSync]));
  `;
  expect(run('app.cjs', source, [])).toEqual([false, true, true]);
});

test('this process has its own', () => {
  expect(zlib.gzipSync).not.toBe(require('..').gzipSync);
});
