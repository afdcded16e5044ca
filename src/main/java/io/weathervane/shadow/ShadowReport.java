package io.weathervane.shadow;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Report of a shadow comparison. */
public final class ShadowReport {
    /** Outcome of a comparison. */
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

    /** The two releases that were compared, with the time. */
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

    /** Whether calls were compared and nothing speaks against the canary. */
    public boolean passed() {
        return outcome == Outcome.PASSED;
    }

    /** One sentence: the outcome, the first reason, and what was accepted in vain. */
    public String summary() {
        return result() + ReportText.unmatched(unmatched());
    }

    private String result() {
        long compared = findings.callsCompared();
        return switch (outcome) {
            case PASSED ->
                compared + " calls compared, " + same(compared) + accepted() + "; " + ReportText.definitions(tools);
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

    private String accepted() {
        long fixed = ShadowFindingsCollector.sum(findings.acceptedFixes);
        return fixed == 0
                ? ""
                : "; " + fixed + " fixed, as accepted: " + String.join(", ", findings.acceptedFixes.keySet());
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

    /** Changes that may be accepted so that nothing speaks against the canary any longer, once for each tool and kind. */
    public List<AcceptedToolChange> acceptable() {
        Stream<AcceptedToolChange> fixes = ShadowFindingsEvaluator.tooManyDiffer(
                        findings, config.thresholds().maxDifferenceRatio())
                ? findings.fixed.keySet().stream()
                        .map(tool -> new AcceptedToolChange(tool, AcceptedToolChange.Kind.FIXED))
                : Stream.empty();
        return Stream.concat(tools.acceptable().stream(), fixes).toList();
    }

    /** Accepted changes that were not found: a slip of the pen, or done long ago. */
    List<AcceptedToolChange> unmatched() {
        Stream<AcceptedToolChange> fixes = config.accepted().stream()
                .filter(change -> change.kind() == AcceptedToolChange.Kind.FIXED
                        && !findings.acceptedFixes.containsKey(change.tool()));
        return Stream.concat(tools.unmatched().stream(), fixes).toList();
    }

    /** The accepted changes that were found, and so were needed. */
    List<AcceptedToolChange> used() {
        List<AcceptedToolChange> unmatched = unmatched();
        return config.accepted().stream()
                .filter(change -> !unmatched.contains(change))
                .toList();
    }

    /** Number of calls that were made to both workers and compared. */
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
