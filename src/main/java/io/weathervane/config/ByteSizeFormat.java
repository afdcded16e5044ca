package io.weathervane.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as they are written in the configuration: {@code 4MiB}, {@code 512KiB}, or a plain number of bytes. */
final class ByteSizeFormat {
    static final String FORM_RULE = "must be a size such as 512KiB, 4MiB or 1GiB, or a whole number of bytes";

    private static final Pattern FORM = Pattern.compile("([0-9]{1,10}) ?(KiB|MiB|GiB|B)?");

    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB");

    private ByteSizeFormat() {}

    static Optional<Long> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int unit = matcher.group(2) == null ? 0 : UNITS.indexOf(matcher.group(2));
        return Optional.of(Long.parseLong(matcher.group(1)) << (10 * unit));
    }

    /** The text that {@link #parse} reads back, in the largest unit that fits. */
    static String format(long bytes) {
        int unit = 0;
        long count = bytes;
        while (count > 0 && count % 1024 == 0 && unit < UNITS.size() - 1) {
            count /= 1024;
            unit++;
        }
        return count + UNITS.get(unit);
    }
}
