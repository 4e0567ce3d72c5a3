'use strict';

// The whole page, as one file: nothing in it comes from anywhere else, and its policy lets nothing in.

const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const path = require('node:path');
const { escapeJson, escapeText } = require('./escape');
const { MARK } = require('./mark');
const { renderPicture } = require('./picture');
const { formatBytes, formatTime } = require('../../units');

const read = (...names) => readFileSync(path.join(__dirname, ...names), 'utf8').trim();
const vendored = (name) => read('..', 'vendor', 'uplot', name);
const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

let parts;

/** Read when the first page is made. */
function loadParts() {
  if (parts) return parts;
  const style = `${vendored('uPlot.min.css')}\n${read('page.css')}`;
  const library = `/*!\n${vendored('LICENSE')}\n*/\n${vendored('uPlot.iife.min.js')}`;
  const script = ["'use strict';", formatBytes, formatTime, read('client.js')].join('\n');
  const hashes = `script-src ${hashOf(library)} ${hashOf(script)}; style-src ${hashOf(style)}`;
  parts = { style, library, script, hashes };
  return parts;
}

/** What a page may load: nothing, but for what a live one asks its server for. */
function policyOf(isLive) {
  const rest = `connect-src ${isLive ? "'self'" : "'none'"}; base-uri 'none'; form-action 'none'`;
  return `default-src 'none'; ${loadParts().hashes}; ${rest}`;
}

/** What a live page gets when it asks: the picture, and what its charts are drawn from. */
const renderUpdate = (data) => JSON.stringify({ picture: renderPicture(data), data });

/** @param data see data.js */
function renderDocument(data, { isLive }) {
  const { style, library, script } = loadParts();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${MARK}
<meta http-equiv="Content-Security-Policy" content="${policyOf(isLive)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeText(data.title)}: ${escapeText(data.verdict.text)}</title>
<style>${style}</style>
</head>
<body>
<main>
<p id="lost" role="status" hidden>The program does not answer. This is the last that was seen.</p>
<div id="picture">
${renderPicture(data)}
</div>
<section aria-labelledby="over-time"><h2 id="over-time">Over time</h2>
<noscript><p>The charts need JavaScript.</p></noscript>
<div id="charts"></div></section>
</main>
<script type="application/json" id="data"${isLive ? ' data-live' : ''}>${escapeJson(data)}</script>
<script>${library}</script>
<script>${script}</script>
</body>
</html>
`;
}

module.exports = { policyOf, renderDocument, renderUpdate };
