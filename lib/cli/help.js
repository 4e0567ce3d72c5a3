'use strict';

/** The texts of `--help`. */

const OPTIONS = `  -1 … -9             level: 1 is the fastest, 9 the smallest; 6 by default
      --fast, --best  the same as -1 and -9
  -c, --stdout        write to standard output
  -f, --force         overwrite an existing file, write to a terminal, read a special file
  -k, --keep          keep the source (the default)
  -o, --output FILE   write to FILE (only one source); - is standard output
      --pressure PAGE write a page of HTML that shows where the time went (only one source)
  -q, --quiet         no progress bar and no warnings
      --rm            remove the source once its result is safely on disk
  -h, --help          show this help
  -V, --version       show the version`;

const GENERAL = `Usage: sluice COMMAND [OPTION]… [FILE]…

Commands:
  gzip     compress each FILE to FILE.gz
  gunzip   decompress each FILE.gz to FILE, and each FILE.tgz to FILE.tar

Options:
${OPTIONS}

With no FILE, or when FILE is -, standard input goes to standard output. Symbolic links are followed.
Exit status is gzip's: 0 if all went well, 1 after an error, 2 after a warning.
`;

const COMMANDS = {
  gzip: `Usage: sluice gzip [OPTION]… [FILE]…

Compresses each FILE to FILE.gz and keeps FILE. An existing FILE.gz is left alone without -f.

Options:
${OPTIONS}

With no FILE, or when FILE is -, standard input goes to standard output.
`,
  gunzip: `Usage: sluice gunzip [OPTION]… [FILE]…

Decompresses each FILE.gz to FILE, and each FILE.tgz to FILE.tar, and keeps the source. An existing
FILE is left alone without -f. With -c or -o the source may have any name.

Options:
${OPTIONS}

With no FILE, or when FILE is -, standard input goes to standard output. A level has no effect.
`,
};

/** @param {'gzip' | 'gunzip'} [command] without one, the general help */
function helpText(command) {
  return command === undefined ? GENERAL : COMMANDS[command];
}

module.exports = { helpText };
