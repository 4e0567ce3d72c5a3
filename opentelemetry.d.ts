import type { Meter } from '@opentelemetry/api';

/**
 * Gives a meter of OpenTelemetry an observable instrument for all that `metrics()` tells, which is read when it is
 * collected. Its names have neither unit nor `_total`, and dots: `sluice_stage_busy_seconds_total` is `sluice.stage.busy`, in
 * `s`. Returns a function that ends it.
 * @param meter @default the global meter provider's meter `sluice`
 * @throws `ERR_INVALID_ARG_TYPE` for what is no meter
 */
export function registerMetrics(meter?: Meter): () => void;
