'use strict';

/** How many columns a text takes on a terminal, and texts that a terminal can be trusted with. */

/** Characters that take two columns: East Asian wide forms and emoji. An approximation of Unicode's TR 11. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Characters that take none: combining marks, variation selectors, joiners and other format characters. */
const ZERO_WIDTH = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** @returns {number} columns of one code point */
function columnsOf(character) {
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** @returns {number} columns of a text without control characters */
function columns(text) {
  let sum = 0;
  for (const character of text) sum += columnsOf(character);
  return sum;
}

/** A file's name may hold a newline or an escape sequence; a terminal or a log must not obey it. */
function printable(name) {
  return name.replace(/\p{Cc}/gu, '?');
}

/** Shortens a text to at most `width` columns; what is cut off becomes an ellipsis. */
function truncate(text, width) {
  if (columns(text) <= width) return text;
  let kept = '';
  let used = 1; // the ellipsis
  for (const character of text) {
    used += columnsOf(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept}…`;
}

module.exports = { columns, printable, truncate };
