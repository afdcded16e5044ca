package io.weathervane.policy;

/**
 * A threshold in force.
 *
 * @param source {@code settings row}, {@code environment}, {@code config file} or {@code preset}
 */
public record SourcedThreshold(String value, String source) {}
