package io.weathervane.worker;

import java.time.Instant;

/**
 * A worker ended that the server had not asked to.
 *
 * @param exitCode 128 + the signal's number when a signal ended it
 * @param willRestart whether the manager starts it again by itself, unless it is replaced before
 */
public record UnexpectedWorkerExit(String label, Role role, int exitCode, Instant at, boolean willRestart) {}
