package io.weathervane.worker.remote.auth;

import io.weathervane.util.Redactor;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The secrets that were sent last, so that what a server says of them can be shown without them. */
final class KnownSecrets {
    /** Most that are remembered; a release has a few, and those that took their place. */
    private static final int REMEMBERED_MAX = 64;

    /** Shorter texts stand in words that are no secret. */
    private static final int LENGTH_MIN = 4;

    private final Set<String> secrets = new LinkedHashSet<>();
    private volatile List<String> longestFirst = List.of();

    /** Remembers a secret, also as it stands in a form. */
    void add(String secret) {
        if (secret.length() >= LENGTH_MIN && !longestFirst.contains(secret)) {
            addNew(secret);
        }
    }

    private synchronized void addNew(String secret) {
        secrets.add(secret);
        secrets.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
        while (secrets.size() > REMEMBERED_MAX) {
            secrets.remove(secrets.iterator().next());
        }
        longestFirst = secrets.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    String removeFrom(String text) {
        String clean = text;
        for (String secret : longestFirst) {
            clean = clean.replace(secret, Redactor.MARK);
        }
        return clean;
    }
}
