'use strict';

// The client of the servers here: asks for a page in every encoding, decodes it by `node:zlib`, and compares it with the
// page as it comes without any.
//
//   node examples/compressed-client.js URL…

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const http = require('node:http');
const { pipeline } = require('node:stream/promises');
const zlib = require('node:zlib');
const sluice = require('sluice');

const DECODERS = {
  gzip: zlib.createGunzip,
  br: zlib.createBrotliDecompress,
  deflate: zlib.createInflate,
  // Node has it since 22.15.
  zstd: zlib.createZstdDecompress ?? sluice.createZstdDecompress,
};

async function collect(chunks) {
  const all = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/** The page as it came, and what its header says of it. */
async function request(url, encoding) {
  const headers = { 'Accept-Encoding': encoding };
  const [response] = await once(http.get(url, { headers, agent: false }), 'response');
  return { encoding: response.headers['content-encoding'], bytes: await collect(response) };
}

/** Asks for a page in one encoding and prints a line; whether it was what it should be. */
async function check(url, encoding, plain) {
  const response = await request(url, encoding);
  const { pathname } = new URL(url);
  if (response.encoding !== encoding) {
    console.log(`${pathname} ${encoding}: not offered`);
    return true;
  }
  const decoded = await pipeline([response.bytes], DECODERS[encoding](), collect);
  const isSame = decoded.equals(plain.bytes);
  const sizes = `${response.bytes.length} bytes for ${plain.bytes.length}`;
  console.log(`${pathname} ${encoding}: ${sizes}, ${isSame ? 'identical' : 'DIFFERENT'}`);
  return isSame;
}

async function main(urls) {
  for (const url of urls) {
    const plain = await request(url, 'identity');
    for (const encoding of Object.keys(DECODERS)) {
      if (!(await check(url, encoding, plain))) process.exitCode = 1;
    }
  }
}

/** Runs this client for a server here; gives its exit code. */
async function askInAnotherProcess(port, paths) {
  const urls = paths.map((path) => `http://127.0.0.1:${port}${path}`);
  const client = spawn(process.execPath, [__filename, ...urls], { stdio: 'inherit' });
  const [code] = await once(client, 'exit');
  return code;
}

if (require.main === module) main(process.argv.slice(2));

module.exports = { askInAnotherProcess };
