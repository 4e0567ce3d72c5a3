'use strict';

// System calls that fail, by strace's injection, on real files in a real process.

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const { content } = require('./content');
const { OLD, inFolder, look, meet, outcome } = require('./run');

// strace counts for each thread by itself, so there are more calls than the threads that might make them.
const CHUNKS = 40;
const SIZE = 10_000;

/** How libuv, and so Node, calls an error that it has no name for. */
const EDQUOT = 'Unknown system error -122';

/** A stream that failed at the one call that did: all before it was taken, and it was not made again. */
const failed = (code, syscall) => ({
  errors: [`${code} of ${syscall}`],
  events: ['open', 'error', 'close'],
  injected: 1,
});
/** At a write. What was told as taken is what the calls before it had done. */
const atWrite = (code, syscall = 'write') => ({
  ...failed(code, syscall),
  told: code,
  taken: (taken, { passed }) => taken === passed,
  bytesWritten: (n, { passed }) => n === passed * SIZE,
});
/** At the end, when all writes had been taken. */
const atEnd = (code, syscall) => ({ ...failed(code, syscall), taken: CHUNKS });
const finished = {
  errors: [],
  events: ['open', 'finish', 'close'],
  taken: CHUNKS,
  isWritten: true,
  size: CHUNKS * SIZE,
  names: ['file'],
};
const untouched = { isOld: true, names: ['file'] };
const durable = { durable: true };
const atomic = { atomic: true };
const someInjected = { injected: (n) => n > 1 };

const WRITES = [
  ['EIO in a write', {}, 'writev:error=EIO:when=3', { ...atWrite('EIO'), isWritten: true }],
  ['EDQUOT in a write', {}, 'writev:error=EDQUOT:when=3', { ...atWrite(EDQUOT), isWritten: true }],
  ['EIO in a write at a position', { start: 0 }, 'pwrite64:error=EIO:when=3', atWrite('EIO')],
  [
    'EIO in a write, atomic',
    atomic,
    'writev:error=EIO:when=3',
    { ...atWrite('EIO'), ...untouched },
  ],
  [
    'EINTR in every other write',
    {},
    'writev:error=EINTR:when=1+2',
    { ...finished, ...someInjected },
  ],
  [
    'EMFILE in the open',
    {},
    'openat:error=EMFILE:when=1',
    { errors: ['EMFILE of open'], isOld: true },
  ],
  ['EINTR in the close', {}, 'close:error=EINTR:when=1', { ...finished, injected: 1 }],
  ['EIO in the close', {}, 'close:error=EIO:when=1', { errors: ['EIO of close'], isWritten: true }],
  ['EIO in the fsync, flush', { flush: true }, 'fsync:error=EIO:when=1', atEnd('EIO', 'fsync')],
  [
    'EIO in an fdatasync, durable',
    durable,
    'fdatasync:error=EIO:when=3',
    atWrite('EIO', 'fdatasync'),
  ],
  [
    "EIO in the folder's fsync, durable",
    durable,
    'fsync:error=EIO:when=1',
    { errors: ['EIO of fsync'], events: ['error', 'close'], taken: 0, injected: 1, passed: 0 },
    { isNew: true },
  ],
  [
    'EIO in the fsync, atomic',
    atomic,
    'fsync:error=EIO:when=1',
    { ...atEnd('EIO', 'fsync'), ...untouched },
  ],
  [
    'EIO in the rename, atomic',
    atomic,
    'renameat:error=EIO:when=1',
    { ...atEnd('EIO', 'rename'), ...untouched },
  ],
  [
    "EIO in the folder's fsync, atomic",
    atomic,
    'fsync:error=EIO:when=2',
    { ...atEnd('EIO', 'fsync'), isWritten: true, size: CHUNKS * SIZE, names: ['file'], passed: 1 },
  ],
  [
    'a destroy while the fsync is under way, atomic',
    atomic,
    'fsync:delay_enter=600ms:when=1',
    { errors: ['GIVEN_UP of destroy'], events: ['open', 'error', 'close'], ...untouched },
    { destroyedAfter: 200 },
  ],
  [
    'no fault: a sync for each write',
    { ...atomic, ...durable },
    'fdatasync:error=EIO:when=1000',
    { ...finished, passed: CHUNKS, injected: 0 },
  ],
];

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');
const LENGTH = 8_000_000;
const isFront = (read, { size }) => read === digest(content(size));
const isWhole = { errors: [], events: ['open', 'end', 'close'], digest: isFront, size: LENGTH };

const READS = [
  [
    'EIO in a read',
    'readv:error=EIO:when=3',
    { ...failed('EIO', 'read'), digest: isFront, size: (n) => n > 0 && n < LENGTH },
  ],
  ['EINTR in every other read', 'readv:error=EINTR:when=1+2', { ...isWhole, ...someInjected }],
  ['EIO in the open', 'openat:error=EIO:when=1', { errors: ['EIO of open'], size: 0 }],
  ['EINTR in the close', 'close:error=EINTR:when=1', { ...isWhole, injected: 1 }],
  ['EIO in the close', 'close:error=EIO:when=1', { errors: ['EIO of close'], size: LENGTH }],
];

/** Calls that Node makes as well; ours are those that have to do with the file. */
const COMMON = ['openat', 'close'];

function injecting(fault, file, log) {
  const call = fault.split(':')[0];
  const path = COMMON.includes(call) ? [`--trace-path=${file}`] : [];
  return [
    'strace',
    '--follow-forks',
    '--quiet=all',
    `--output=${log}`,
    ...path,
    `--trace=${call}`,
    `--inject=${fault}`,
  ];
}

/** How many calls a log of strace shows that failed by injection, and how many others. */
function count(log) {
  const calls = fs.readFileSync(log, 'utf8').match(/^\d+ +.* = .*$/gm) ?? [];
  const injected = calls.filter((line) => line.endsWith('(INJECTED)')).length;
  return { injected, passed: calls.length - injected };
}

const attempt = (what, fault, expected, prepare) =>
  inFolder(async (path) => {
    fs.mkdirSync(path('folder'));
    const file = path('folder/file');
    const result = await meet(prepare(file), injecting(fault, file, path('log')));
    return outcome(what, { ...look(path('folder')), ...result, ...count(path('log')) }, expected);
  });

async function* systemCalls() {
  for (const [what, options, fault, expected, { isNew, destroyedAfter } = {}] of WRITES) {
    yield await attempt(what, fault, expected, (file) => {
      if (!isNew) fs.writeFileSync(file, OLD);
      return { write: file, options, chunks: CHUNKS, size: SIZE, destroyedAfter };
    });
  }
  for (const [what, fault, expected] of READS) {
    yield await attempt(`${what} of a file`, fault, expected, (file) => {
      fs.writeFileSync(file, content(LENGTH));
      return { read: file };
    });
  }
}

module.exports = { systemCalls };
