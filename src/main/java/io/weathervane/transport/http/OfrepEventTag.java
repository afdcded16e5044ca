package io.weathervane.transport.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tag of an event on a flag stream, {@code 42.9f…}: the epoch that it announces and the reader it was sent to. A client
 * sends it back with its fetch, as {@code flagConfigEtag}, and with its return, as {@code Last-Event-ID}. The epoch in it is for
 * people: what counts is the epoch that a fetch is answered with.
 */
final class OfrepEventTag {
    private static final Pattern FORM = Pattern.compile("\"?\\d{1,18}\\.([0-9a-f]{32})\"?");

    private OfrepEventTag() {}

    static String of(long epoch, String reader) {
        return epoch + "." + reader;
    }

    /** The reader that the event of this tag was sent to. */
    static Optional<String> reader(String tag) {
        Matcher matcher = FORM.matcher(tag);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
