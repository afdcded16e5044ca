package io.weathervane.cli;

import io.weathervane.util.DurationFormat;
import java.time.Duration;
import picocli.CommandLine;

/** Durations as they are written in the configuration; none of them is zero. */
final class DurationConverter implements CommandLine.ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
        return DurationFormat.parse(text)
                .filter(time -> !time.isZero())
                .orElseThrow(() -> new CommandLine.TypeConversionException(
                        "'" + text + "' is no duration: write it like 500ms, 30s, 10m or 1h"));
    }
}
