'use strict';

// Names and messages are anybody's: in a page they are text, and nothing else.

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** For text and for attributes in quotes. */
const escapeText = (text) => String(text).replace(/[&<>"']/g, (letter) => ENTITIES[letter]);

/** JSON that can stand in a `<script>`. */
const escapeJson = (value) => JSON.stringify(value).replaceAll('<', '\\u003c');

module.exports = { escapeJson, escapeText };
