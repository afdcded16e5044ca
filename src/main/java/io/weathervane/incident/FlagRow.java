package io.weathervane.incident;

import java.util.Optional;

/** One flag as stored, held while the kill switch is on, and effective. */
public record FlagRow(String key, Optional<String> stored, Optional<String> held, String effective) {}
