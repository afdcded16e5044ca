package io.weathervane.control;

/**
 * Something that should hold before the kill switch comes off.
 *
 * @param value what was found
 * @param required what it should be
 */
public record Precondition(String name, boolean ok, String value, String required) {}
