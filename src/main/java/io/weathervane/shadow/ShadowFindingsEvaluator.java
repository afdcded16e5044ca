package io.weathervane.shadow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides what speaks against a canary; pure, and each reason has the compared numbers in it. */
final class ShadowFindingsEvaluator {
    /** Reasons of one kind that are spelled out. */
    private static final int SPELLED_OUT_MAX = 10;

    private ShadowFindingsEvaluator() {}

    /**
     * @param tools the canary's against the active worker's
     * @param drift the canary's at the end against those at the beginning; any is too much
     */
    static List<String> reasons(
            ShadowFindingsCollector findings,
            ToolListDifferences tools,
            ToolListDifferences drift,
            ShadowThresholds thresholds) {
        List<String> reasons = new ArrayList<>();
        findings.stopped().ifPresent(reasons::add);
        definitions(tools.blocking(), tools.count(ToolDifference.Standing.BLOCKING), "", reasons);
        definitions(
                drift.differences(), drift.total(), "the canary changed its tools while it was compared: ", reasons);
        canaryFailures(findings).ifPresent(reasons::add);
        results(findings, thresholds.maxDifferenceRatio()).ifPresent(reasons::add);
        errors(findings).ifPresent(reasons::add);
        for (Map.Entry<String, ToolCallFigures> tool : findings.tools.entrySet()) {
            tool.getValue()
                    .tooSlow(thresholds.maxLatencyFactor())
                    .ifPresent(why -> reasons.add(tool.getKey() + " is slower on the canary: " + why));
        }
        return reasons;
    }

    /** How many reasons so many changes of tools are. */
    static long reasonsFor(long changes) {
        return changes > SPELLED_OUT_MAX ? SPELLED_OUT_MAX + 1L : changes;
    }

    private static void definitions(List<ToolDifference> differences, long total, String prefix, List<String> reasons) {
        differences.stream().limit(SPELLED_OUT_MAX).forEach(each -> reasons.add(prefix + each.line()));
        long more = total - SPELLED_OUT_MAX;
        if (more > 0) {
            reasons.add(prefix + more + " more changes of tools");
        }
    }

    private static Optional<String> canaryFailures(ShadowFindingsCollector findings) {
        return findings.canaryFailures == 0
                ? Optional.empty()
                : Optional.of("the canary did not answer " + findings.canaryFailures + " of " + findings.callsCompared()
                        + " calls that the active worker answered: " + findings.firstCanaryFailure());
    }

    /** Whether more answers differ than are tolerated. */
    static boolean tooManyDiffer(ShadowFindingsCollector findings, double maxDifferenceRatio) {
        return findings.callsDifferent() > maxDifferenceRatio * findings.callsCompared();
    }

    private static Optional<String> results(ShadowFindingsCollector findings, double maxDifferenceRatio) {
        if (!tooManyDiffer(findings, maxDifferenceRatio)) {
            return Optional.empty();
        }
        String where = findings.differences.values().stream()
                .filter(seen -> !seen.first.kind().equals("no-answer"))
                .findFirst()
                .map(seen -> ", first " + seen.first.tool() + " at "
                        + (seen.first.pointer().isEmpty() ? "the answer" : seen.first.pointer()))
                .orElse("");
        return Optional.of(findings.callsDifferent() + " of " + findings.callsCompared()
                + " calls had a different result (tolerated: " + percent(maxDifferenceRatio) + ")" + where
                + fixes(findings));
    }

    private static String fixes(ShadowFindingsCollector findings) {
        long fixed = ShadowFindingsCollector.sum(findings.fixed);
        return fixed == 0
                ? ""
                : "; in " + fixed + " of them the active worker failed and the canary did not: "
                        + String.join(", ", findings.fixed.keySet());
    }

    private static Optional<String> errors(ShadowFindingsCollector findings) {
        return findings.canaryErrors() <= findings.activeErrors()
                ? Optional.empty()
                : Optional.of("the canary failed in " + findings.canaryErrors() + " of " + findings.callsCompared()
                        + " calls, the active worker in " + findings.activeErrors());
    }

    private static String percent(double share) {
        double percent = Math.round(share * 1000) / 10.0;
        return (percent == Math.rint(percent) ? String.valueOf((long) percent) : String.valueOf(percent)) + " %";
    }
}
