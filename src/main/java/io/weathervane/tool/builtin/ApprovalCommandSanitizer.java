package io.weathervane.tool.builtin;

import io.weathervane.util.Redactor;
import io.weathervane.util.SafeText;
import java.util.List;

/** Cleans the lines of what a risky call runs for the person who has to approve it: one line each, without secrets. */
final class ApprovalCommandSanitizer {
    private ApprovalCommandSanitizer() {}

    static List<String> shown(List<String> lines) {
        return lines.stream().map(line -> SafeText.line(Redactor.clean(line))).toList();
    }
}
