package io.weathervane.failure;

/**
 * What failed in the release that another one is compared with.
 *
 * @param calls of the same tool, failed ones included
 */
record PreviousCount(long count, long calls) {}
