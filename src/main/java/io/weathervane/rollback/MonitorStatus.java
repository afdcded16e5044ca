package io.weathervane.rollback;

import io.weathervane.monitor.CheckRecord;
import io.weathervane.monitor.Decision;
import io.weathervane.monitor.MonitorPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;

/**
 * The monitor at one moment.
 *
 * @param state {@code idle} (nothing was ever promoted), {@code watching}, {@code acting} or {@code ended}
 * @param inProgress what is being carried out
 * @param worker the promoted worker that is, or was, watched
 * @param outcome how the newest watch ended
 * @param intervalInForce between two checks now
 * @param recentChecks oldest first
 * @param sources each threshold with where it comes from, by its name in the config file
 * @param warnings rows that are ignored, and what else is not as it should be
 */
public record MonitorStatus(
        String state,
        MonitorMode mode,
        Optional<String> inProgress,
        Optional<String> promotionId,
        Optional<String> worker,
        Optional<String> previous,
        Optional<Instant> startedAt,
        Optional<Instant> endsAt,
        Optional<Duration> timeLeft,
        Optional<Duration> intervalInForce,
        Optional<Instant> nextCheckAt,
        long checks,
        long conclusiveChecks,
        Optional<String> outcome,
        Optional<LastDecision> lastDecision,
        List<CheckRecord> recentChecks,
        MonitorPolicy policy,
        Map<String, SourcedValue> sources,
        List<String> warnings) {
    /** The newest decision and when it was made. */
    public record LastDecision(Decision decision, Instant at) {}

    public MonitorStatus {
        recentChecks = List.copyOf(recentChecks);
        warnings = List.copyOf(warnings);
    }

    /** The newest checks as the audit shows them, oldest first; what is unknown is null. */
    public ArrayNode checksJson(int limit) {
        return MonitorJson.checks(recentChecks.subList(Math.max(0, recentChecks.size() - limit), recentChecks.size()));
    }
}
