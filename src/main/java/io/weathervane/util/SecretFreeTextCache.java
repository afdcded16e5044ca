package io.weathervane.util;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Remembers texts in which no secret was found, because the same ones leave the process over and over: looking for a
 * secret takes tens of microseconds, and most answers say what the one before said. A text that hides a secret is
 * never kept. Safe for use by several threads; a place holds the text that was put there last.
 */
final class SecretFreeTextCache {
    /** Places; with {@link #LENGTH_MAX} at most 2 MiB of texts. */
    private static final int PLACES = 512;

    /** Longest text that is kept, in characters. */
    static final int LENGTH_MAX = 4 * 1024;

    private final AtomicReferenceArray<Named> places = new AtomicReferenceArray<>(PLACES);

    private record Named(String name, String text) {
        boolean is(String otherName, String otherText) {
            return text.equals(otherText) && name.equals(otherName);
        }
    }

    boolean has(String name, String text) {
        Named named = places.get(place(name, text));
        return named != null && named.is(name, text);
    }

    void add(String name, String text) {
        if (text.length() <= LENGTH_MAX) {
            places.set(place(name, text), new Named(name, text));
        }
    }

    private static int place(String name, String text) {
        int hash = 31 * name.hashCode() + text.hashCode();
        return (hash ^ (hash >>> 16)) & (PLACES - 1);
    }
}
