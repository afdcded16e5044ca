package io.weathervane.audit;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The place of an event in the chain, as the text {@code 1763900000000-42}; its time is for people. */
record AuditCursor(long at, long seq) {
    private static final Pattern FORM = Pattern.compile("(-?\\d{1,18})-(\\d{1,18})");

    static AuditCursor parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("cursor must be the nextCursor of a page before, was \""
                    + text.substring(0, Math.min(40, text.length())) + "\"");
        }
        return new AuditCursor(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }

    String text() {
        return at + "-" + seq;
    }
}
