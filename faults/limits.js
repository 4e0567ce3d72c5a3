'use strict';

// Disks that are full, and files that may not grow.

const fs = require('node:fs');
const { OLD, inFolder, look, meet, outcome } = require('./run');

const MIB = 1024 * 1024;
const SIZE = 100_000;
const LIMIT = 1_000_000;

/** A stream that failed when `most` bytes were there, and told of each write that was taken. */
const failed = (code, most) => ({
  errors: [`${code} of write`],
  events: ['open', 'error', 'close'],
  told: code,
  bytesWritten: most,
  taken: Math.floor(most / SIZE),
});
/** The file has all that was taken. */
const kept = (most) => ({ isWritten: true, size: most, names: ['file'] });
const untouched = { isOld: true, names: ['file'] };

/** The folder is a tmpfs that nobody else sees, with the old file in it; what it holds is kept in `seen`. */
const inTmpfs = (folder, seen) => [
  'unshare',
  '--map-root-user',
  '--mount',
  'sh',
  '-ec',
  `mount -t tmpfs -o size=${MIB} tmpfs "$0"; seen=$1; shift
   cp "$seen/file" "$0"; "$@"; cp -a "$0/." "$seen"`,
  folder,
  seen,
];
const withLimit = () => ['prlimit', `--fsize=${LIMIT}`];

// An old file takes a page of its own.
const BESIDE = MIB - 4096;

const CASES = [
  ['a disk of 1 MiB', inTmpfs, {}, { ...failed('ENOSPC', MIB), ...kept(MIB) }],
  ['the same, durable', inTmpfs, { durable: true }, { ...failed('ENOSPC', MIB), ...kept(MIB) }],
  ['the same, from a position', inTmpfs, { start: 0 }, { ...failed('ENOSPC', MIB), ...kept(MIB) }],
  ['the same, atomic', inTmpfs, { atomic: true }, { ...failed('ENOSPC', BESIDE), ...untouched }],
  ['a file of 1,000,000 bytes', withLimit, {}, { ...failed('EFBIG', LIMIT), ...kept(LIMIT) }],
  ['the same, atomic', withLimit, { atomic: true }, { ...failed('EFBIG', LIMIT), ...untouched }],
];

async function* limits() {
  for (const [what, command, options, expected] of CASES) {
    yield await inFolder(async (path) => {
      fs.mkdirSync(path('disk'));
      const isMounted = command === inTmpfs;
      const seen = isMounted ? path('.') : path('disk');
      fs.writeFileSync(`${seen}/file`, OLD);
      const subject = { write: path('disk/file'), options, chunks: 30, size: SIZE };
      const result = await meet(subject, command(path('disk'), seen));
      if (isMounted) fs.rmdirSync(path('disk'));
      return outcome(what, { ...result, ...look(seen) }, expected);
    });
  }
  const result = await meet({ write: '/dev/full', chunks: 1, size: SIZE }, []);
  yield outcome('a device that is always full', result, failed('ENOSPC', 0));
}

module.exports = { limits };
