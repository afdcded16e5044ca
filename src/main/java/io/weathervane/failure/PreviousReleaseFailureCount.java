package io.weathervane.failure;

/**
 * Failures in the release that another one is compared with.
 *
 * @param calls of the same tool, failed ones included
 */
record PreviousReleaseFailureCount(long count, long calls) {}
