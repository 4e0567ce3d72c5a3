'use strict';

// Numbers in words. A page of an observation carries the text of these functions, so each stands alone.

/** 65536 is `65.5 kB`. */
function formatBytes(bytes) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  // 999.95 would be shown as 1000.0.
  while (Math.abs(value) >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return unit === 0 ? `${Math.round(value)} B` : `${value.toFixed(1)} ${units[unit]}`;
}

/** Milliseconds: `12 ms`, `3.4 s`, `2:05 min`, `1:02:03 h`. */
function formatTime(milliseconds) {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const all = Math.round(milliseconds / 1000);
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (number) => String(number).padStart(2, '0');
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds)} h`
    : `${minutes}:${two(seconds)} min`;
}

const formatShare = (share) => `${Math.round(100 * share)} %`;

module.exports = { formatBytes, formatShare, formatTime };
