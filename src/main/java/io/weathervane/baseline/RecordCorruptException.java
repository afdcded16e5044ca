package io.weathervane.baseline;

import io.weathervane.util.SafeText;

/** A stored record has a row that no server wrote. */
final class RecordCorruptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RecordCorruptException(String message) {
        super(message);
    }

    /** Of one row. */
    static RecordCorruptException of(ReleaseRecordRow row, RuntimeException cause) {
        RecordCorruptException corrupt = new RecordCorruptException("period " + row.period() + ", "
                + (row.tool().equals(ReleaseRecordRow.ALL) ? "all calls" : "tool " + SafeText.quoted(row.tool())) + ": "
                + SafeText.logged(String.valueOf(cause.getMessage())));
        corrupt.initCause(cause);
        return corrupt;
    }
}
