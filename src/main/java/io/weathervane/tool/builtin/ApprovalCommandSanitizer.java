package io.weathervane.tool.builtin;

import io.weathervane.util.Redactor;
import io.weathervane.util.SafeText;
import java.util.List;

/** What a risky call has run, as a person may read it who has to agree: one line each, without secrets. */
final class ApprovalCommandSanitizer {
    private ApprovalCommandSanitizer() {}

    static List<String> shown(List<String> lines) {
        return lines.stream().map(line -> SafeText.line(Redactor.clean(line))).toList();
    }
}
