package io.weathervane.control;

/** Text of others in our log lines: control characters written out, so that it cannot forge a line. */
final class Escaped {
    private static final int TEXT_MAX = 2000;

    private Escaped() {}

    static String of(String text) {
        String shown = text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "…";
        StringBuilder escaped = new StringBuilder(shown.length());
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            if (c == '"' || c == '\\') {
                escaped.append('\\').append(c);
            } else if (c == '\n') {
                escaped.append("\\n");
            } else if (c == '\r') {
                escaped.append("\\r");
            } else if (Character.isISOControl(c)) {
                escaped.append(String.format("\\u%04X", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
