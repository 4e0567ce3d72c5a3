import type { Registry } from 'prom-client';

/**
 * Registers what `metrics()` tells with prom-client, by the names of docs/pressure.md; it is read when they are collected.
 * Returns a function that removes it. Names that the registry has already are prom-client's error.
 * @param registry where to. @default prom-client's `register`
 * @throws `ERR_INVALID_ARG_TYPE` for what is no registry
 */
export function registerMetrics(registry?: Registry<any>): () => void;
