package io.weathervane.tool.builtin;

import io.weathervane.failure.FailureJson;
import io.weathervane.failure.FailureLimits;
import io.weathervane.failure.FailureReport;
import io.weathervane.failure.FailureText;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** What calls failed with as part of an answer. */
final class FailureStatus {
    private FailureStatus() {}

    static ObjectNode json(FailureReport report) {
        return FailureJson.of(report.limited(FailureLimits.ANSWER));
    }

    /** Lines that follow others, each with a line break before it. */
    static String text(FailureReport report) {
        return FailureText.lines(report).stream().map(line -> "\n" + line).collect(Collectors.joining());
    }
}
