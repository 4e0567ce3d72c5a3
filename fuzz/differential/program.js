'use strict';

// A case as a program of its own, which shows what each side makes of it: to be run in the project's folder.

const { bytesOf } = require('./data');
const { encodedInput } = require('./encoded');
const { realOptions } = require('./options');
const { MOST_WRITES } = require('./streams');

function literal(value) {
  if (Buffer.isBuffer(value)) {
    const repeats = value.length > 20 && value.every((byte) => byte === value[0]);
    if (repeats) return `Buffer.alloc(${value.length}, ${value[0]})`;
    return `Buffer.from('${value.toString('base64')}', 'base64')`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${literal(field)}`);
  return fields.length > 0 ? `{ ${fields.join(', ')} }` : '{}';
}

const frame = (declarations, body) => `'use strict';

${declarations.join('\n')}

async function run(name) {
  const lib = require(name);
${body.map((line) => (line ? `  ${line}` : line)).join('\n')}
}

(async () => {
  await run('node:zlib');
  await run('sluice');
})();
`;

function inputs(c) {
  const { bytes, options } = c.encoded
    ? encodedInput(c.encoded)
    : { bytes: bytesOf(c.input), options: c.options };
  const real = { ...realOptions(options), ...c.extras };
  return {
    bytes,
    declarations: [`const input = ${literal(bytes)};`, `const options = ${literal(real)};`],
  };
}

const SHAPES = {
  Buffer: 'input',
  Uint16Array:
    'input.length % 2 ? new Uint8Array(input) : new Uint16Array(new Uint8Array(input).buffer)',
  DataView: 'new DataView(new Uint8Array(input).buffer)',
  ArrayBuffer: 'new Uint8Array(input).buffer',
};

function oneShot(c) {
  const { declarations } = inputs(c);
  const show = 'console.log(name, error?.code, error?.errno, error?.message, result);';
  const body =
    c.way === 'sync'
      ? [
          'let error, result;',
          'try {',
          `  result = lib.${c.call}Sync(${SHAPES[c.shape]}, options);`,
          '} catch (thrown) {',
          '  error = thrown;',
          '}',
          show,
        ]
      : [
          'await new Promise((resolve) => {',
          `  lib.${c.call}(${SHAPES[c.shape]}, options, (error, result) => {`,
          `    ${show}`,
          '    resolve();',
          '  });',
          '});',
        ];
  return frame(declarations, body);
}

function call(c) {
  const args = c.call.endsWith('Sync') ? `Buffer.from('not encoded'), ${c.options}` : c.options;
  return frame(
    [],
    [
      'try {',
      `  console.log(name, typeof lib.${c.call}(${args}));`,
      '} catch (error) {',
      '  console.log(name, error.name, error.code, error.message);',
      '}',
    ],
  );
}

/** The calls of a case, in order, as lines. */
function calls(c, bytes) {
  let at = 0;
  const take = (length) => `input.subarray(${at}, ${(at = Math.min(at + length, bytes.length))})`;
  const line = (wait, name, ...args) =>
    `await call(${[String(wait), `'${name}'`, ...args].join(', ')});`;
  const lines = c.steps.map(({ op, length, kind, level, strategy }) => {
    if (op === 'write') return line(c.wait, op, take(length));
    return op === 'flush' ? line(c.wait, op, kind) : line(true, op, level, strategy);
  });
  if (c.resetAfter) {
    lines.push(line(true, 'write', literal(bytesOf(c.resetAfter))), line(true, 'flush'));
    lines.push('await new Promise((resolve) => setTimeout(resolve, 50));', 'stream.reset();');
  }
  const size = Math.max(c.each, Math.ceil((bytes.length - at) / MOST_WRITES));
  if (bytes.length - at > size) {
    const writes = Math.ceil((bytes.length - at) / size) - 1;
    lines.push(`for (let at = ${at}; at < ${at + writes * size}; at += ${size}) {`);
    lines.push(`  ${line(c.wait, 'write', `input.subarray(at, at + ${size})`)}`, '}');
    at += writes * size;
  }
  lines.push(line(false, 'end', ...(at < bytes.length ? [take(size)] : [])));
  return lines;
}

function stream(c) {
  const { bytes, declarations } = inputs(c);
  const slow = c.reader === 'slow' && !c.resetAfter;
  return frame(declarations, [
    `const stream = lib.create${c.make}(options);`,
    'const events = [];',
    "for (const event of ['end', 'finish', 'close']) stream.on(event, () => events.push(event));",
    "stream.on('error', ({ code, errno, message }) => events.push(`error ${code} ${errno} ${message}`));",
    'const output = [];',
    "stream.on('data', (chunk) => {",
    '  output.push(chunk);',
    ...(slow ? ['  stream.pause();', '  setImmediate(() => stream.resume());'] : []),
    '});',
    "const closed = new Promise((resolve) => stream.once('close', resolve));",
    'const call = (wait, method, ...args) => {',
    '  const called = new Promise((resolve) => {',
    '    stream[method](...args, (error) => {',
    '      events.push(`${method}${error ? ` ${error.code}` : ""}`);',
    '      resolve();',
    '    });',
    '  });',
    '  return wait ? Promise.race([called, closed]) : undefined;',
    '};',
    ...calls(c, bytes),
    'await closed;',
    "console.log(name, events.join(', '), Buffer.concat(output));",
  ]);
}

const kinds = { stream, 'one-shot': oneShot, options: call };

/** The source of a program that runs the case on both sides and prints what each does. */
const programOf = (c) => kinds[c.kind](c);

module.exports = { programOf };
