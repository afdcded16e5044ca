package io.weathervane.resource.builtin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the variables of a URI template whose expressions are whole segments: {@code weathervane://flags/{flag}}. */
final class UriVariables {
    /** Longer than any of ours: a file's name has at most 255 bytes, each maybe written as {@code %20}. */
    private static final int LENGTH_MAX = 1000;

    private UriVariables() {}

    /** The values in the order of the template, decoded; empty when the URI is not of its form. */
    static Optional<List<String>> of(String template, String uri) {
        String[] wanted = template.split("/", -1);
        String[] given = uri.length() > LENGTH_MAX ? new String[0] : uri.split("/", -1);
        if (given.length != wanted.length) {
            return Optional.empty();
        }
        List<String> values = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{") && !given[i].isEmpty()) {
                decoded(given[i]).ifPresent(values::add);
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return values.size() == template.chars().filter(c -> c == '{').count() ? Optional.of(values) : Optional.empty();
    }

    private static Optional<String> decoded(String segment) {
        try {
            // Plus is plus in a path; only a form has it for a blank.
            return Optional.of(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
