'use strict';

// Cases of options that are wrong, or only just right: what the constructors and one-shot functions throw.

const fc = require('fast-check');
const zlib = require('node:zlib');
const { formats } = require('./formats');

/** Values by their source text: a case is printed, and none of them survives JSON. */
const VALUES = [
  'undefined',
  'null',
  'NaN',
  'Infinity',
  '-Infinity',
  '-1',
  '0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '7',
  '8',
  '9',
  '10',
  '15',
  '16',
  '63',
  '64',
  '1.5',
  '8.5',
  '15.5',
  '1e10',
  '2 ** 53',
  "''",
  "'5'",
  "'x'",
  'true',
  '[]',
  '{}',
  '() => {}',
  '1n',
  "Buffer.from('dictionary')",
  'new Uint8Array(0)',
  'new Uint16Array([1, 2]).buffer',
  'new DataView(new ArrayBuffer(4))',
];
const NAMES = {
  zlib: ['windowBits', 'level', 'memLevel', 'strategy', 'dictionary'],
  brotli: ['params'],
  zstd: ['params', 'pledgedSrcSize', 'dictionary'],
};
const COMMON = ['flush', 'finishFlush', 'chunkSize', 'maxOutputLength', 'info'];

const PARAMETERS = {
  brotli: ['0', '1', '2', '3', '6', '9', '100', '-1', "'x'", '1.5', 'NaN'],
  zstd: ['100', '101', '107', '200', '201', '400', '0', '-1', "'x'", '1.5', 'NaN'],
};

const value = fc.constantFrom(...VALUES);

function optionsOf({ engine }) {
  const fields = Object.fromEntries([...NAMES[engine], ...COMMON].map((name) => [name, value]));
  const some = fc.record(fields, { requiredKeys: [] });
  // Seldom more than a few at once: the first that is wrong hides the others.
  const few = some.map((all) => Object.fromEntries(Object.entries(all).slice(0, 2)));
  if (engine === 'zlib') return few;
  const params = fc.dictionary(fc.constantFrom(...PARAMETERS[engine]), value, {
    minKeys: 1,
    maxKeys: 2,
  });
  return fc.oneof(
    few,
    params.map((made) => ({ params: made })),
  );
}

const sourceOf = (options) =>
  `{ ${Object.entries(options)
    .map(([name, v]) => `${JSON.stringify(name)}: ${typeof v === 'string' ? v : sourceOf(v)}`)
    .join(', ')} }`;

const badOptionsCase = fc.constantFrom(...formats).chain((format) =>
  fc.record({
    kind: fc.constant('options'),
    call: fc.constantFrom(
      ...[format.encoder, format.decoder].map((name) => `create${name}`),
      ...[format.encode, format.decode].map((name) => `${name}Sync`),
    ),
    // The whole of the options may be wrong, too.
    options: fc.oneof({ weight: 9, arbitrary: optionsOf(format).map(sourceOf) }, value),
  }),
);

const crcCase = fc.record({
  kind: fc.constant('options'),
  call: fc.constant('crc32'),
  options: fc.oneof(
    value,
    fc.tuple(value, value).map((both) => both.join(', ')),
  ),
});

const callCase =
  'crc32' in zlib ? fc.oneof({ weight: 9, arbitrary: badOptionsCase }, crcCase) : badOptionsCase;

/** Bytes that every decoder refuses: what matters comes before it looks at them. */
const INPUT = Buffer.from('not encoded');

/** @returns {{ thrown?: object, value?: number }} */
function observeCall(lib, { call, options }) {
  try {
    const args = new Function(`return [${options}]`)();
    const result = call.endsWith('Sync') ? lib[call](INPUT, ...args) : lib[call](...args);
    if (call.startsWith('create')) result.destroy();
    return typeof result === 'number' ? { value: result } : {};
  } catch ({ name, code, message }) {
    return { thrown: { name, code, message } };
  }
}

module.exports = { callCase, observeCall };
