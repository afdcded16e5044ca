package io.weathervane.demo;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * The runbook's rule of the error rate, read literally: a check whose calls fail at more than the threshold has failed, and
 * so many failed checks of the newest ones roll back.
 *
 * @param checks those that saw a call
 * @param failedInWindow most failed checks that there were at once in a window
 * @param highest error rate of a check
 */
record ThresholdOnlyRule(int checks, int failedInWindow, double highest) {
    private static final double THRESHOLD = 0.2;
    private static final int WINDOW = 5;
    private static final int FAILED_CHECKS = 3;

    /** @param checks of a watch, as the audit has them, oldest first */
    static ThresholdOnlyRule of(List<JsonNode> checks) {
        List<Double> rates = checks.stream()
                .filter(check -> check.path("requests").asLong(0) > 0)
                .map(check -> (double) check.path("errors").asLong(0)
                        / check.path("requests").asLong(0))
                .toList();
        int most = IntStream.range(0, rates.size())
                .map(end -> (int) rates.subList(Math.max(0, end + 1 - WINDOW), end + 1).stream()
                        .filter(rate -> rate > THRESHOLD)
                        .count())
                .max()
                .orElse(0);
        return new ThresholdOnlyRule(
                rates.size(),
                most,
                rates.stream().mapToDouble(rate -> rate).max().orElse(0));
    }

    boolean rollsBack() {
        return failedInWindow >= FAILED_CHECKS;
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "of its %d checks with calls at most %d of %d in a row were above %.0f%% (%d are needed), the highest"
                        + " at %.1f%%",
                checks,
                failedInWindow,
                WINDOW,
                100 * THRESHOLD,
                FAILED_CHECKS,
                100 * highest);
    }
}
