package io.weathervane.shadow;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import io.weathervane.worker.CompletedCall;
import io.weathervane.worker.Role;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerRelease;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** One comparison from its beginning to its report. */
final class ShadowComparisonRun {
    /** Each probe is made so often: once to warm up, the rest to be timed. */
    static final int PROBE_ROUNDS = 1 + ToolCallFigures.TIMED_MIN;

    /** The mirror's part of the progress. */
    private static final int MIRROR_STEPS = 100;

    private static final Duration MIRROR_WAIT = Duration.ofMillis(50);

    private final ShadowComparisonConfig config;
    private final WorkerPairCaller pair;
    private final ShadowFindingsCollector findings = new ShadowFindingsCollector();
    private final CallComparer comparer;
    private final Clock clock;
    private final Ticker ticker;
    private ToolListDifferences tools = ToolListDifferences.NOTHING;

    ShadowComparisonRun(
            ShadowComparisonConfig config, WorkerPairCaller pair, ReportRedactor redactor, Clock clock, Ticker ticker) {
        this.config = config;
        this.pair = pair;
        this.clock = clock;
        this.ticker = ticker;
        ResultNormaliser normaliser =
                new ResultNormaliser(new IgnoredFields(config.ignoredFields()), ZoneId.systemDefault());
        this.comparer = new CallComparer(pair, normaliser, redactor, findings, config, clock);
    }

    ShadowReport run(WorkerManager workers, RecentCalls recentCalls, ShadowProgressListener progress) {
        Instant startedAt = Instant.now(clock);
        Stopwatch taken = new Stopwatch(ticker);
        Line start = Line.of(pair);
        missing().ifPresent(findings::stop);
        if (mayContinue()) {
            tools = ToolListDifferences.of(start.activeTools(), start.canaryTools(), config.accepted());
            calls(recentCalls, progress);
            mirror(workers, progress);
        }
        List<String> reasons = new ArrayList<>();
        ToolListDifferences drift = mayContinue() ? drift(start, reasons) : ToolListDifferences.NOTHING;
        reasons.addAll(0, ShadowFindingsEvaluator.reasons(findings, tools, drift, config.thresholds()));
        return new ShadowReport(
                outcome(reasons),
                reasons,
                new ShadowReport.Comparisons(tools, drift),
                findings,
                config,
                new ShadowReport.Frame(
                        start.active().map(WorkerRelease::label).orElse(""),
                        start.canary().map(WorkerRelease::label).orElse(""),
                        start.activeTools().size(),
                        start.canaryTools().size(),
                        startedAt,
                        taken.elapsed()));
    }

    private Optional<String> missing() {
        if (!pair.runs(Role.ACTIVE)) {
            return Optional.of("there is no active worker running to compare with");
        }
        return pair.runs(Role.CANARY) ? Optional.empty() : Optional.of("there is no canary running");
    }

    private ShadowReport.Outcome outcome(List<String> reasons) {
        if (pair.cancelled()) {
            return ShadowReport.Outcome.CANCELLED;
        }
        if (!reasons.isEmpty()) {
            return ShadowReport.Outcome.FAILED;
        }
        return findings.callsCompared() == 0 ? ShadowReport.Outcome.NOTHING_COMPARED : ShadowReport.Outcome.PASSED;
    }

    private boolean mayContinue() {
        return findings.stopped().isEmpty() && !pair.cancelled();
    }

    /** Probes, then recorded calls. */
    private void calls(RecentCalls recentCalls, ShadowProgressListener progress) {
        List<ShadowCall> calls = new ArrayList<>();
        config.probes().forEach(probe -> {
            for (int round = 0; round < PROBE_ROUNDS; round++) {
                calls.add(new ShadowCall(ShadowCall.Source.PROBE, probe.tool(), probe.arguments()));
            }
        });
        calls.addAll(recentCalls.newest(config.replay()));
        long total = (long) calls.size() + (config.mirrorDuration().isZero() ? 0 : MIRROR_STEPS);
        for (int done = 0; done < calls.size() && mayContinue(); done++) {
            ShadowCall call = calls.get(done);
            progress.progress(done, total, call.source().wireName() + " " + call.tool());
            if (mayBeMade(call)) {
                comparer.compare(call);
            }
        }
        progress.progress(calls.size(), total, "compared " + findings.callsCompared() + " calls");
    }

    /** A worker that is down has no tools: that ends the comparison, for another reason than a tool that is missing. */
    private boolean mayBeMade(ShadowCall call) {
        Optional<String> refusal = pair.refusal(call.tool());
        refusal.flatMap(why -> missing()).ifPresent(findings::stop);
        Optional<String> reason = refusal.or(() -> outdated(call));
        reason.ifPresent(why -> findings.skipped(call, why));
        return reason.isEmpty();
    }

    /** A canary that refuses what callers pass today is no worse for it when that is meant; a probe can be rewritten. */
    private Optional<String> outdated(ShadowCall call) {
        return call.source() != ShadowCall.Source.PROBE && tools.takesOtherArguments(call.tool())
                ? Optional.of("it takes other arguments on the canary, as accepted: only probes are compared")
                : Optional.empty();
    }

    private void mirror(WorkerManager workers, ShadowProgressListener progress) {
        if (config.mirrorDuration().isZero()) {
            return;
        }
        Stopwatch taken = new Stopwatch(ticker);
        long length = config.mirrorDuration().toNanos();
        long base = progressBase();
        long shownStep = -1;
        try (MirroredCallQueue mirroredCalls = MirroredCallQueue.of(workers)) {
            for (long gone = 0; gone < length && mayContinue(); gone = taken.elapsedNanos()) {
                mirroredCalls.next(MIRROR_WAIT).ifPresent(this::mirrored);
                long step = Math.min(MIRROR_STEPS, gone * MIRROR_STEPS / length);
                if (step > shownStep) {
                    shownStep = step;
                    progress.progress(base + step, base + MIRROR_STEPS, "mirroring live calls: " + mirroredCalls());
                }
            }
            findings.mirrorDropped = mirroredCalls.dropped();
        }
    }

    private long progressBase() {
        return (long) config.probes().size() * PROBE_ROUNDS
                + findings.compared.getOrDefault(ShadowCall.Source.RECORDED, 0L);
    }

    private long mirroredCalls() {
        return findings.compared.getOrDefault(ShadowCall.Source.MIRROR, 0L);
    }

    /** What the active worker answered is known, unless it failed: how, only a call of our own tells. */
    private void mirrored(CompletedCall completed) {
        ShadowCall call = new ShadowCall(ShadowCall.Source.MIRROR, completed.tool(), completed.arguments());
        if (!mayBeMade(call)) {
            return;
        }
        if (completed.answer().isPresent()) {
            comparer.compare(call, ShadowAnswer.of(completed.answer().get().result(), completed.took()));
        } else {
            comparer.compare(call);
        }
    }

    /** Whether the workers are still those that were compared, and the canary still has the tools it had. */
    private ToolListDifferences drift(Line start, List<String> reasons) {
        try {
            Line end = new Line(
                    pair.release(Role.ACTIVE),
                    pair.release(Role.CANARY),
                    pair.tools(Role.ACTIVE),
                    pair.toolsNow(Role.CANARY));
            if (!end.active().equals(start.active())) {
                reasons.add("another worker became active while it was compared");
            }
            if (!end.canary().equals(start.canary())) {
                reasons.add("another canary was started while it was compared");
            }
            return ToolListDifferences.of(start.canaryTools(), end.canaryTools());
        } catch (WorkerCallException e) {
            reasons.add("the canary does not list its tools any longer: " + e.reason());
            return ToolListDifferences.NOTHING;
        }
    }

    /** The two releases that are compared, with their tools. */
    private record Line(
            Optional<WorkerRelease> active,
            Optional<WorkerRelease> canary,
            List<ObjectNode> activeTools,
            List<ObjectNode> canaryTools) {
        static Line of(WorkerPairCaller pair) {
            return new Line(
                    pair.release(Role.ACTIVE),
                    pair.release(Role.CANARY),
                    pair.tools(Role.ACTIVE),
                    pair.tools(Role.CANARY));
        }
    }
}
