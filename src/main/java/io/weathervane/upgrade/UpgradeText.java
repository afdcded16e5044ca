package io.weathervane.upgrade;

import io.weathervane.monitor.WatchOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An upgrade in words. */
final class UpgradeText {
    private UpgradeText() {}

    /** What happened and why: a line on how it is, a line for each step, and what to do if there is something. */
    static List<String> words(Upgrade upgrade, String activity) {
        List<String> lines = new ArrayList<>();
        lines.add(headline(upgrade));
        accepted(upgrade).ifPresent(lines::add);
        for (StepRecord step : upgrade.steps()) {
            lines.add((step.passed() ? "ok      " : "FAILED  ") + step.name() + ": " + step.detail());
        }
        if (!upgrade.status().ended()) {
            lines.add("now     " + upgrade.step().wireName() + (activity.isEmpty() ? "" : ": " + activity));
        }
        if (!upgrade.unwrittenRecords().isEmpty()) {
            lines.add("Not written: " + String.join("; ", upgrade.unwrittenRecords()) + ".");
        }
        if (upgrade.advice().isEmpty()) {
            lines.add(next(upgrade));
        }
        lines.addAll(upgrade.advice());
        return lines;
    }

    private static Optional<String> accepted(Upgrade upgrade) {
        List<String> accepted = upgrade.request().acceptedChanges();
        return accepted.isEmpty()
                ? Optional.empty()
                : Optional.of("Accepted for this upgrade: " + String.join(", ", accepted) + ".");
    }

    static String headline(Upgrade upgrade) {
        String what = "Upgrade " + upgrade.id() + " from " + upgrade.from().orElse("nothing") + " to " + upgrade.to();
        String why = upgrade.reason().map(reason -> ": " + reason).orElse("");
        return switch (upgrade.status()) {
            case RUNNING -> what + " is under way.";
            case WAITING -> what + " waits for approval: " + compared(upgrade) + ".";
            case SHADOW_PASSED -> what + " was not promoted, as asked: " + compared(upgrade) + ".";
            case FINISHED -> what + " is finished" + unverified(upgrade) + why + ".";
            case REFUSED -> what + " was refused" + why + ". Nothing was started.";
            case ABORTED -> what + " was aborted" + why + ". Nothing of it is left, and no other worker was touched.";
            case ROLLED_BACK -> what + " undid itself" + why + ".";
            case ESCALATED -> what + " was escalated" + why + ".";
            case STOPPED -> what + " was promoted, and its watch ended early" + why + ".";
        };
    }

    private static String compared(Upgrade upgrade) {
        return upgrade.promotion().unverified()
                ? "no call was compared, so nothing speaks for it"
                : "the shadow comparison passed";
    }

    private static String unverified(Upgrade upgrade) {
        return upgrade.outcome().equals(Optional.of(WatchOutcome.INCONCLUSIVE)) ? ", unverified" : "";
    }

    private static String next(Upgrade upgrade) {
        return switch (upgrade.status()) {
            case RUNNING ->
                upgrade.isPromoted()
                        ? "To go back now: worker_rollback."
                        : "To stop it: upgrade_abort. upgrade_status shows how it goes.";
            case WAITING ->
                "To promote: upgrade_run with id \"" + upgrade.id() + "\" and promote true"
                        + (upgrade.needsAllowUnverified() ? " and allow_unverified true" : "")
                        + ". To stop it: upgrade_abort.";
            case SHADOW_PASSED -> "To promote it: run the upgrade again with promote.";
            case FINISHED -> "To go back all the same: worker_rollback.";
            case REFUSED, ABORTED -> "Mend it and run the upgrade again.";
            case ROLLED_BACK -> "The evidence: decision_explain, evidence_collect.";
            case ESCALATED -> "Follow the runbook: monitor_status, evidence_collect, then kill_switch_reset.";
            case STOPPED -> "monitor_status and worker_status show how things are.";
        };
    }
}
