/// <reference types="node" />

/*
 * All that `node:zlib` of Node 26 exports, on every version of Node from 20 on, and the streams that are Sluice's own.
 * A module of it stands in for the other's: `const zlib: typeof import('node:zlib') = sluice` compiles.
 */

export * from './types/budget';
export * from './types/clocks';
export * from './types/codecs';
export * from './types/constants';
export * from './types/flow';
export * from './types/metrics';
export * from './types/observe';
export * from './types/one-shot';
export * from './types/options';
export * from './types/read-stream';
export * from './types/sinks';
export * from './types/throttle';
export * from './types/web';
export * from './types/zip';
