package io.weathervane.store;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Rows of numbers and texts as one JSON array of arrays, which a statement takes apart by {@code json_each}. */
final class JsonBatchParameter {
    private static final char REPLACEMENT = '\ufffd';

    private final StringBuilder json = new StringBuilder("[");

    /** Adds a row; a NUL in a text, which JSON functions of SQLite take for its end, becomes U+FFFD. */
    void add(@Nullable Object... row) {
        json.append(json.length() == 1 ? "[" : ",[");
        for (int i = 0; i < row.length; i++) {
            if (i > 0) {
                json.append(',');
            }
            value(row[i]);
        }
        json.append(']');
    }

    String text() {
        return json + "]";
    }

    private void value(@Nullable Object value) {
        if (value instanceof String text) {
            quoted(text);
        } else if (value == null || value instanceof Long || value instanceof Integer) {
            json.append(value);
        } else {
            throw new IllegalArgumentException("a row has numbers and texts, not a " + value.getClass());
        }
    }

    private void quoted(String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            character(text.charAt(i));
        }
        json.append('"');
    }

    private void character(char one) {
        if (one == 0) {
            json.append(REPLACEMENT);
        } else if (one < ' ') {
            json.append(String.format(Locale.ROOT, "\\u%04x", (int) one));
        } else {
            if (one == '"' || one == '\\') {
                json.append('\\');
            }
            json.append(one);
        }
    }
}
