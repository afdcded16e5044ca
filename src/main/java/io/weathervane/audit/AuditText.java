package io.weathervane.audit;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Values as text on one line. */
final class AuditText {
    private AuditText() {}

    /** As jq's {@code fromdate} reads it: whole seconds, {@code 2025-10-22T14:32:15Z}. */
    static String seconds(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** The value for use inside double quotes: nothing in it ends the quotes or the line, nor moves a terminal's cursor. */
    static String escaped(String value) {
        StringBuilder text = new StringBuilder(value.length() + 16);
        for (int i = 0; i < value.length(); i++) {
            append(text, value.charAt(i));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, char c) {
        switch (c) {
            case '"' -> text.append("\\\"");
            case '\\' -> text.append("\\\\");
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            default -> {
                if (breaksALine(c)) {
                    text.append(String.format(Locale.ROOT, "\\u%04X", (int) c));
                } else {
                    text.append(c);
                }
            }
        }
    }

    private static boolean breaksALine(char c) {
        int type = Character.getType(c);
        return Character.isISOControl(c)
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.FORMAT;
    }
}
