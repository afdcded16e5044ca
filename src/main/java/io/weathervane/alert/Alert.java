package io.weathervane.alert;

import java.time.Instant;

/** What receivers are told. */
record Alert(String id, Instant at, boolean critical, String body) {}
