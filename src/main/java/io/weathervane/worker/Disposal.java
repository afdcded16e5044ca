package io.weathervane.worker;

import java.time.Duration;
import java.util.Optional;

/**
 * How a replaced worker was ended.
 *
 * @param label empty when there was none to end
 * @param drained whether its calls in flight all came to their end by themselves
 */
public record Disposal(Optional<String> label, boolean drained, Duration took) {}
