package io.weathervane.failure;

import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/** Adds to the record of a decision the failures that calls had, so that they are known also after a restart. */
public final class DecisionFailureEvidence {
    private static final String FIELD = "failures";

    private final Supplier<FailureReport> now;

    public DecisionFailureEvidence(Supplier<FailureReport> now) {
        this.now = now;
    }

    /**
     * Adds what the calls of this worker's release failed with until now, beside the release before it. What is there
     * already stays when it knows more, as after a restart.
     */
    public void add(ObjectNode payload, String worker, FailureReportLimits limits) {
        FailureReport report = now.get().about(worker);
        long stored = of(payload).map(FailureReport::recorded).orElse(0L);
        if (!report.releases().isEmpty() && report.recorded() >= stored) {
            payload.set(FIELD, FailureReportJson.of(report.limited(limits)));
        }
    }

    /** Failures that were recorded with a decision. */
    public static Optional<FailureReport> of(ObjectNode payload) {
        return FailureReportJson.read(payload.path(FIELD));
    }

    /** The most important of it goes with what the decision came to, for alerts. */
    public static void copy(ObjectNode decision, ObjectNode outcome) {
        of(decision)
                .ifPresent(
                        report -> outcome.set(FIELD, FailureReportJson.of(report.limited(FailureReportLimits.BRIEF))));
    }
}
