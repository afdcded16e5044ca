package io.weathervane.shadow;

import io.weathervane.jsonrpc.JsonRpcCodec;
import tools.jackson.databind.JsonNode;

/** The part of two values in which they differ, short enough to be read. */
final class DifferenceExcerpt {
    /** Longest excerpt in a report. */
    static final int LENGTH_MAX = 200;

    /** This part of an excerpt is common beginning, so that a reader finds the place. */
    private static final int LEAD = 5;

    private static final String MORE = "…";

    private DifferenceExcerpt() {}

    /** The same place of both values. */
    record Both(String active, String canary) {}

    static Both of(JsonNode active, JsonNode canary) {
        return of(json(active), json(canary), LENGTH_MAX);
    }

    static Both of(String active, String canary, int length) {
        if (active.length() <= length && canary.length() <= length) {
            return new Both(active, canary);
        }
        int from = Math.max(0, commonStart(active, canary) - length / LEAD);
        return new Both(cut(active, from, length), cut(canary, from, length));
    }

    private static String json(JsonNode value) {
        return value.isMissingNode() ? "absent" : JsonRpcCodec.text(value);
    }

    private static int commonStart(String one, String other) {
        int end = Math.min(one.length(), other.length());
        int at = 0;
        while (at < end && one.charAt(at) == other.charAt(at)) {
            at++;
        }
        return at;
    }

    private static String cut(String text, int from, int length) {
        int start = whole(text, Math.min(from, text.length()));
        int end = whole(text, Math.min(text.length(), start + length));
        return (start > 0 ? MORE : "") + text.substring(start, end) + (end < text.length() ? MORE : "");
    }

    /** Not between the halves of one character. */
    private static int whole(String text, int at) {
        boolean between = at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at));
        return between ? at - 1 : at;
    }

    /** The first part of one text. */
    static String start(String text) {
        return cut(text, 0, LENGTH_MAX);
    }
}
