'use strict';

/** What Node has of ZIP archives, since 26 and as an experiment: Sluice exports Node's own. */
module.exports = [
  'ZipEntry',
  'ZipFile',
  'ZipBuffer',
  'createZipArchive',
  'createZipArchiveSync',
  'zipFiles',
  'getMaxZipContentSize',
  'setMaxZipContentSize',
];
