package io.weathervane.monitor;

/** The result of one check. */
public record Step(MonitorState state, Decision decision, CheckRecord check) {}
