'use strict';

// Pages to look at. Loaded when the first one is asked for.

const { renderDocument } = require('./document');
const { servePage } = require('./server');
const { writePage } = require('./file');

module.exports = { renderDocument, servePage, writePage };
