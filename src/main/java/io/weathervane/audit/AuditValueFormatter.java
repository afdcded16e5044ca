package io.weathervane.audit;

import io.weathervane.util.SafeText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Values as text on one line. */
final class AuditValueFormatter {
    private AuditValueFormatter() {}

    /** As jq's {@code fromdate} reads it: whole seconds, {@code 2025-10-22T14:32:15Z}. */
    static String seconds(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** The value for use inside double quotes: nothing in it ends the quotes or the line, nor moves a terminal's cursor. */
    static String escaped(String value) {
        return SafeText.quotable(value);
    }
}
