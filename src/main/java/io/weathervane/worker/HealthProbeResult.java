package io.weathervane.worker;

import java.time.Duration;

/**
 * The outcome of asking a worker for its health.
 *
 * @param detail what it said, or why it counts as failed
 * @param took both attempts and the pause between them
 */
public record HealthProbeResult(boolean ok, String detail, Duration took) {}
