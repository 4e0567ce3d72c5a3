'use strict';

// What observations tell by `node:diagnostics_channel`.

const { channel } = require('node:diagnostics_channel');

const stalls = channel('sluice:stall');
const drains = channel('sluice:drain');

/** A stage was stopped for longer than `limit` milliseconds. */
function publishStall({ name, stream, stopped }, limit) {
  if (stalls.hasSubscribers) stalls.publish({ name, stream, stopped, limit });
}

/** A stage that had stalled may go on. */
function publishDrain({ name, stream, stopped }) {
  if (drains.hasSubscribers) drains.publish({ name, stream, stopped });
}

module.exports = { publishDrain, publishStall };
