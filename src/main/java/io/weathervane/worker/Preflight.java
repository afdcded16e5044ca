package io.weathervane.worker;

/** Whether the previous worker could take over now, and why (not). */
public record Preflight(boolean ok, String reason) {}
