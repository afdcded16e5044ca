package io.weathervane.tool.presentation;

import io.weathervane.failure.FailureReport;
import io.weathervane.failure.FailureReportJson;
import io.weathervane.failure.FailureReportLimits;
import io.weathervane.failure.FailureReportText;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** Failures of calls as part of an answer. */
public final class FailureReportFields {
    private FailureReportFields() {}

    public static ObjectNode json(FailureReport report) {
        return FailureReportJson.of(report.limited(FailureReportLimits.ANSWER));
    }

    /** Lines that follow others, each with a line break before it. */
    public static String text(FailureReport report) {
        return FailureReportText.lines(report).stream().map(line -> "\n" + line).collect(Collectors.joining());
    }
}
