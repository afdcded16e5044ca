package io.weathervane.alert;

import java.time.Instant;

/** Message to the receivers of alerts. */
record Alert(String id, Instant at, boolean critical, String body) {}
