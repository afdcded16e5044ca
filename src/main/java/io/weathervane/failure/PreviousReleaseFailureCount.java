package io.weathervane.failure;

/**
 * What failed in the release that another one is compared with.
 *
 * @param calls of the same tool, failed ones included
 */
record PreviousReleaseFailureCount(long count, long calls) {}
