package io.weathervane.worker;

/** Whether the previous worker could take over now, and why (not). */
public record RollbackReadiness(boolean ok, String reason) {}
