package io.weathervane.worker;

/** Readiness of the previous worker to take over now, with the reason. */
public record RollbackReadiness(boolean ok, String reason) {}
