package io.weathervane.flags;

import io.weathervane.store.SqlRow;
import io.weathervane.util.SafeText;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value as the table has it: text, or something that no flag can be (NULL, a blob, endless text).
 *
 * @param text the value, or for the unreadable kinds how to name it
 */
record StoredFlagValue(boolean readable, String text) {
    /** Most characters that are read of a value; a longer one cannot be a flag's. */
    static final int LENGTH_MAX = 1_000;

    static StoredFlagValue of(String text) {
        return new StoredFlagValue(true, text);
    }

    /** What {@link #columns} selects under a name. */
    static StoredFlagValue from(SqlRow row, String name) throws SQLException {
        String type = row.text(name + "_type");
        String text = row.optionalText(name).orElse(null);
        if (!type.equals("text") || text == null) {
            return new StoredFlagValue(false, type.equals("null") ? "NULL" : "a " + type);
        }
        return text.length() > LENGTH_MAX
                ? new StoredFlagValue(false, "a text of more than " + LENGTH_MAX + " characters")
                : of(text);
    }

    /** The SQL that selects what {@link #from} reads, of a column under its own name. */
    static String columns(String column) {
        return columns(column, column);
    }

    /** The SQL that selects what {@link #from} reads under a name, of a column. */
    static String columns(String column, String name) {
        return "typeof(" + column + ") AS " + name + "_type, CASE typeof(" + column + ") WHEN 'text' THEN substr("
                + column + ", 1, " + (LENGTH_MAX + 1) + ") END AS " + name;
    }

    Optional<String> asText() {
        return readable ? Optional.of(text) : Optional.empty();
    }

    /** For one line of a log or message. */
    String shown() {
        return readable ? SafeText.line(text, FlagDefinition.VALUE_LENGTH_MAX) : text;
    }

    boolean is(String value) {
        return readable && text.equals(value);
    }

    /* By hand: what a record makes for itself is put together at its first use, which costs a start 10 ms. */

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoredFlagValue value && readable == value.readable && text.equals(value.text);
    }

    @Override
    public int hashCode() {
        return 31 * text.hashCode() + Boolean.hashCode(readable);
    }
}
