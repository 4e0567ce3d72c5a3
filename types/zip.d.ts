import type * as zlib from 'node:zlib';

type FromNode<Name extends string> =
  typeof zlib extends Record<Name, infer Value> ? Value : undefined;

/*
 * ZIP archives: Node's own, an experiment of Node 26; `undefined` in Nodes without it.
 */

export const ZipBuffer: FromNode<'ZipBuffer'>;
export const ZipEntry: FromNode<'ZipEntry'>;
export const ZipFile: FromNode<'ZipFile'>;
export const createZipArchive: FromNode<'createZipArchive'>;
export const createZipArchiveSync: FromNode<'createZipArchiveSync'>;
export const getMaxZipContentSize: FromNode<'getMaxZipContentSize'>;
export const setMaxZipContentSize: FromNode<'setMaxZipContentSize'>;
export const zipFiles: FromNode<'zipFiles'>;
