package io.weathervane.transport.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tag of an event on a flag stream, {@code 42.9f…}: the epoch that it announces and the reader it was sent to. A client
 * sends it back with its fetch, as {@code flagConfigEtag}.
 */
record OfrepEventTag(long epoch, String reader) {
    private static final Pattern FORM = Pattern.compile("\"?(\\d{1,18})\\.([0-9a-f]{32})\"?");

    static String of(long epoch, String reader) {
        return epoch + "." + reader;
    }

    static Optional<OfrepEventTag> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new OfrepEventTag(Long.parseLong(matcher.group(1)), matcher.group(2)))
                : Optional.empty();
    }
}
