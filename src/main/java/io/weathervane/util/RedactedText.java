package io.weathervane.util;

/**
 * A text without its secrets.
 *
 * @param count how many were taken out
 */
public record RedactedText(String text, int count) {}
