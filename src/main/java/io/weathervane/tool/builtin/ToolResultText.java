package io.weathervane.tool.builtin;

import java.util.List;

/** The sentences that several tools' results share. */
final class ToolResultText {
    private ToolResultText() {}

    /** Begun with a capital and ended once, as the other packages' messages are parts of log lines. */
    static String asSentence(String message) {
        String begun = message.isEmpty() ? "Refused" : Character.toUpperCase(message.charAt(0)) + message.substring(1);
        return begun.endsWith(".") || begun.endsWith("!") || begun.endsWith("?") ? begun : begun + ".";
    }

    /** The answer of a dry run: nothing of the plan was done. */
    static String wouldDo(List<String> plan) {
        return "Nothing was changed (dry run). It would: " + String.join("; ", plan) + ".";
    }
}
