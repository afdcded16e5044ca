package io.weathervane.incident;

/**
 * A text without its secrets.
 *
 * @param count how many were taken out
 */
public record Redaction(String text, int count) {}
