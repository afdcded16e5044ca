package io.weathervane.monitor;

/** The result of one check. */
public record MonitorTransition(MonitorState state, Decision decision, CheckRecord check) {}
