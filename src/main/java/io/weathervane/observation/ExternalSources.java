package io.weathervane.observation;

/** What is known of a service from outside: the configured signals, and the rows that other programs write. */
public record ExternalSources(SignalSource signals, ExternalErrorRateRowReader rows) {}
