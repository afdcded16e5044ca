package io.weathervane.observation;

/**
 * Sources outside the server that tell about a service: the configured signals, and the rows that other programs write.
 */
public record ExternalSources(SignalSource signals, ExternalErrorRateRowReader rows) {}
