package io.weathervane.shadow;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** What a shadow comparison found. */
public final class ShadowReport {
    /** How it came out. */
    public enum Outcome {
        /** Calls were compared, and nothing speaks against the canary. */
        PASSED,
        /** The definitions agree, and no call could be compared: nothing speaks against the canary, nothing for it. */
        NOTHING_COMPARED,
        FAILED,
        /** It was stopped before its end. */
        CANCELLED;

        /** The name in {@code shadow.json}. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Who was compared, when. */
    record Frame(String active, String canary, int activeTools, int canaryTools, Instant startedAt, Duration took) {}

    /**
     * The tools' definitions, compared.
     *
     * @param tools of the canary with those of the active worker
     * @param drift of each at the end with its own at the beginning
     */
    record Comparisons(ToolListDifferences tools, ToolListDifferences drift) {}

    private final Outcome outcome;
    private final List<String> reasons;
    private final ToolListDifferences tools;
    private final ToolListDifferences drift;
    private final ShadowFindingsCollector findings;
    private final ShadowComparisonConfig config;
    private final Frame frame;

    ShadowReport(
            Outcome outcome,
            List<String> reasons,
            Comparisons compared,
            ShadowFindingsCollector findings,
            ShadowComparisonConfig config,
            Frame frame) {
        this.outcome = outcome;
        this.reasons = List.copyOf(reasons);
        this.tools = compared.tools();
        this.drift = compared.drift();
        this.findings = findings;
        this.config = config;
        this.frame = frame;
    }

    public Outcome outcome() {
        return outcome;
    }

    /** Whether nothing speaks against the canary: {@code PASSED} or {@code NOTHING_COMPARED}. */
    public boolean passed() {
        return outcome == Outcome.PASSED || outcome == Outcome.NOTHING_COMPARED;
    }

    /** One sentence: the outcome, the first reason, and what was accepted in vain. */
    public String summary() {
        return result() + ReportText.unmatched(tools);
    }

    private String result() {
        long compared = findings.callsCompared();
        return switch (outcome) {
            case PASSED -> compared + " calls compared, " + same(compared) + "; " + ReportText.definitions(tools);
            case NOTHING_COMPARED ->
                "no call was compared: "
                        + (findings.skipped.isEmpty()
                                ? "no probe is configured and no read-only call was recorded or mirrored"
                                : "each was skipped")
                        + "; " + ReportText.definitions(tools);
            case FAILED -> failure();
            case CANCELLED -> "cancelled after " + compared + " compared calls";
        };
    }

    /** Many changes of tools are one reason here, with all of them counted. */
    private String failure() {
        long blocking = tools.count(ToolDifference.Standing.BLOCKING);
        if (blocking < 2) {
            return reasons.get(0) + (reasons.size() == 1 ? "" : " (and " + (reasons.size() - 1) + " more)");
        }
        long others = reasons.size() - ShadowFindingsEvaluator.reasonsFor(blocking);
        return ReportText.definitions(tools)
                + (others == 0 ? "" : "; and " + others + (others == 1 ? " more reason" : " more reasons"));
    }

    private String same(long compared) {
        long different = findings.callsDifferent();
        return different == 0 ? "all with the same result" : different + " of " + compared + " with a different result";
    }

    /** Why it failed, a sentence each; empty when it passed. */
    public List<String> reasons() {
        return reasons;
    }

    public ToolListDifferences tools() {
        return tools;
    }

    /** How many calls were made to both workers and compared. */
    public long callsCompared() {
        return findings.callsCompared();
    }

    ToolListDifferences drift() {
        return drift;
    }

    ShadowFindingsCollector findings() {
        return findings;
    }

    ShadowComparisonConfig plan() {
        return config;
    }

    Frame frame() {
        return frame;
    }

    /** The content of {@code shadow.json}; secrets are redacted. */
    public ObjectNode toJson() {
        return ReportJson.of(this);
    }

    /** The same for a terminal, in lines; secrets are redacted. */
    public String text() {
        return ReportText.of(this);
    }
}
