package io.weathervane.probe;

import io.weathervane.failure.FailedCall;
import io.weathervane.failure.FailureGroupKey;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.monitor.CallCounts;
import io.weathervane.util.SafeText;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import io.weathervane.worker.DirectCallContext;
import io.weathervane.worker.ProbeCall;
import io.weathervane.worker.Role;
import io.weathervane.worker.SampledCall;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerState;
import io.weathervane.worker.WorkerView;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The probes of one watch, sent in rounds that never overlap, until it ends. A probe goes to no other worker than the one
 * that is watched and, the first few times, the previous one: what that one fails, too, counts nowhere. The calls are in
 * no tally of callers' calls, no listener hears of them, and no client is asked anything in them.
 */
final class WatchProbeRounds {
    private static final Logger LOG = LoggerFactory.getLogger("RollbackMonitor");

    private static final int REASON_LENGTH_MAX = 200;

    private final WatchProber.Subject subject;
    private final WatchProbeConfig config;
    private final WorkerManager workers;
    private final Ticker ticker;
    private final List<ProbeComparison> probes;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Map<String, CallCounts> counted = new TreeMap<>();
    private final Map<SampledCall.Outcome, Deque<PreviousWorkerReplayRun.Question>> samples =
            new EnumMap<>(SampledCall.Outcome.class);
    private volatile Map<ProbeComparison, String> unsent = Map.of();
    private volatile Optional<DirectCallBatch<ProbeComparison>> batch = Optional.empty();

    /**
     * Result of a probe that was sent to a worker.
     *
     * @param failure empty when it went well
     */
    private record Answer(Optional<FailedCall> failure, long nanos) {
        /** Why it failed, on a line of its own; empty when it went well. */
        Optional<String> why() {
            return failure.map(call -> SafeText.cut(SafeText.line(call.text()), REASON_LENGTH_MAX))
                    .map(text -> text.isBlank() ? "an error without a text" : text);
        }
    }

    private WatchProbeRounds(
            WatchProber.Subject subject,
            WatchProbeConfig config,
            WorkerManager workers,
            Ticker ticker,
            Set<ProbeCall> known) {
        this.subject = subject;
        this.config = config;
        this.workers = workers;
        this.ticker = ticker;
        this.probes = config.probes().stream()
                .map(probe -> new ProbeComparison(probe, known.contains(probe)))
                .toList();
    }

    /** @param known probes that were answered well in earlier rounds of the same promotion */
    static WatchProbeRounds begin(
            WatchProber.Subject subject,
            WatchProbeConfig config,
            WorkerManager workers,
            Ticker ticker,
            Set<ProbeCall> known) {
        WatchProbeRounds rounds = new WatchProbeRounds(subject, config, workers, ticker, known);
        LOG.info(
                "sending {} probes every {} promotion={} worker={}",
                config.probes().size(),
                config.interval().orElseThrow(),
                subject.promotionId(),
                subject.worker());
        Threads.loop("watch-probes", rounds::run).start();
        return rounds;
    }

    WatchProber.Subject subject() {
        return subject;
    }

    /** The probes that a worker has answered well. */
    Set<ProbeCall> known() {
        return probes.stream()
                .filter(ProbeComparison::isKnown)
                .map(ProbeComparison::call)
                .collect(Collectors.toUnmodifiableSet());
    }

    void end() {
        ended.countDown();
    }

    private boolean isEnded() {
        return ended.getCount() == 0;
    }

    /** Whether a call hangs on although it was cancelled. */
    boolean isStuck() {
        return batch.filter(DirectCallBatch::isStuck).isPresent();
    }

    private void run() {
        Duration interval = config.interval().orElseThrow();
        try {
            while (!isEnded()) {
                Stopwatch untilNext = new Stopwatch(ticker, interval);
                round();
                if (ended.await(untilNext.leftNanos(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void round() {
        if (isStuck() || !isServing()) {
            return;
        }
        List<ProbeComparison> allowed = allowed();
        if (!subject.restored()) {
            make(allowed.stream().filter(ProbeComparison::isToCompare).toList(), this::compare);
        }
        make(allowed.stream().filter(probe -> probe.failsBefore().isEmpty()).toList(), this::send);
    }

    /** A worker that is starting again, or another one, is no subject of the probes. */
    private boolean isServing() {
        return workers.view()
                .active()
                .filter(worker ->
                        worker.state() == WorkerState.READY && worker.label().equals(subject.worker()))
                .isPresent();
    }

    /** Those whose tools only read; looked up for each round, since tools and annotations may change meanwhile. */
    private List<ProbeComparison> allowed() {
        Map<String, Boolean> active = ReadOnlyTools.listed(workers, Role.ACTIVE);
        Map<String, Boolean> previous = subject.restored() ? Map.of() : ReadOnlyTools.listed(workers, Role.PREVIOUS);
        Map<ProbeComparison, String> refused = new HashMap<>();
        for (ProbeComparison probe : probes) {
            String tool = probe.call().tool();
            if (!active.containsKey(tool)) {
                refused.put(probe, subject.worker() + " has no such tool");
            } else if (!active.get(tool) || !previous.getOrDefault(tool, true)) {
                refused.put(probe, "not both releases annotate it read-only");
            }
        }
        unsent = Map.copyOf(refused);
        return probes.stream().filter(probe -> !refused.containsKey(probe)).toList();
    }

    private void make(List<ProbeComparison> calls, BiConsumer<ProbeComparison, DirectCallContext> call) {
        if (calls.isEmpty() || isEnded() || isStuck()) {
            return;
        }
        int turns = 1 + calls.size() / DirectCallBatch.CONCURRENT_MAX;
        DirectCallBatch<ProbeComparison> made =
                new DirectCallBatch<>("watch-probe", ticker, config.callTimeout(), calls, call);
        batch = Optional.of(made);
        made.await(config.callTimeout().multipliedBy(turns), this::isEnded);
    }

    private void compare(ProbeComparison probe, DirectCallContext context) {
        Optional<String> previous = workers.view().previous().map(WorkerView::label);
        answer(Role.PREVIOUS, probe, context).ifPresent(answer -> {
            previous.ifPresent(label -> record(label, probe, answer));
            answer.why().ifPresentOrElse(probe::failedBefore, () -> probe.passedBefore(answer.nanos()));
        });
    }

    /** What it failed with is told, like that of callers' calls. */
    private void record(String label, ProbeComparison probe, Answer answer) {
        ProbeCall call = probe.call();
        workers.recordProbe(
                label,
                call.tool(),
                answer.failure()
                        .map(failed ->
                                failed.from(Optional.of(call.arguments()), JsonRpcCodec.JSON.createObjectNode())));
    }

    private void send(ProbeComparison probe, DirectCallContext context) {
        answer(Role.ACTIVE, probe, context).ifPresent(answer -> {
            record(subject.worker(), probe, answer);
            count(probe, answer);
        });
    }

    /** Empty when the answer says nothing of the worker. */
    private Optional<Answer> answer(Role role, ProbeComparison probe, DirectCallContext context) {
        Stopwatch taken = new Stopwatch(ticker);
        try {
            WorkerAnswer answer = workers.callDirectly(
                    role, probe.call().tool(), probe.call().arguments().deepCopy(), context);
            boolean other = role == Role.ACTIVE && !answer.label().equals(subject.worker());
            boolean fails = answer.isError() && workers.toolErrors() != ToolErrorPolicy.IGNORED;
            return answer.needsInput() || other
                    ? Optional.empty()
                    : Optional.of(new Answer(
                            fails ? Optional.of(FailedCall.ofToolError(answer.result())) : Optional.empty(),
                            taken.elapsedNanos()));
        } catch (WorkerCallException e) {
            return isOfTheWorker(role, probe, e, context)
                    ? Optional.of(new Answer(Optional.of(failure(e, context)), taken.elapsedNanos()))
                    : Optional.empty();
        }
    }

    private static boolean isOfTheWorker(
            Role role, ProbeComparison probe, WorkerCallException failure, DirectCallContext context) {
        return switch (failure.kind()) {
            // What a worker took before is no mistake of the one who wrote the probe.
            case RPC_ERROR -> !failure.isCallersMistake() || role == Role.PREVIOUS || probe.isKnown();
            case MALFORMED, TIMEOUT -> true;
            case CANCELLED -> context.tookTooLong();
            case LOST -> role == Role.ACTIVE;
            case NOT_SENT, NONE_ACTIVE, BUSY -> false;
        };
    }

    private FailedCall failure(WorkerCallException failure, DirectCallContext context) {
        if (context.tookTooLong()) {
            return FailedCall.of(
                    FailureGroupKey.TIMEOUT,
                    "no answer within " + config.callTimeout().toMillis() + " ms");
        }
        return switch (failure.kind()) {
            case RPC_ERROR -> FailedCall.ofCode(failure.code(), failure.reason());
            case TIMEOUT -> FailedCall.of(FailureGroupKey.TIMEOUT, failure.reason());
            case MALFORMED -> FailedCall.of(FailureGroupKey.MALFORMED_ANSWER, failure.reason());
            default -> FailedCall.of(FailureGroupKey.ANSWER_LOST, failure.reason());
        };
    }

    private void count(ProbeComparison probe, Answer answer) {
        Optional<String> why = answer.why();
        if (why.isPresent() && probe.failsNow().isEmpty()) {
            LOG.warn(
                    "a probe fails promotion={} worker={} tool={} why=\"{}\"",
                    subject.promotionId(),
                    subject.worker(),
                    SafeText.logged(probe.call().tool()),
                    SafeText.logged(why.get()));
        }
        probe.now(why);
        OptionalLong limit = probe.limitNanos();
        synchronized (counted) {
            add(probe.key(), why.isPresent());
            if (why.isEmpty() && limit.isPresent()) {
                add(probe.lateKey(), answer.nanos() > limit.getAsLong());
            }
            sample(probe, why.isPresent() ? SampledCall.Outcome.FAILED : SampledCall.Outcome.PASSED);
        }
    }

    private void add(String key, boolean failed) {
        counted.merge(key, new CallCounts(1, failed ? 1 : 0), CallCounts::plus);
    }

    private void sample(ProbeComparison probe, SampledCall.Outcome outcome) {
        Deque<PreviousWorkerReplayRun.Question> same = samples.computeIfAbsent(outcome, one -> new ArrayDeque<>());
        same.addFirst(new PreviousWorkerReplayRun.Question(
                probe.key(), new SampledCall(probe.call().tool(), probe.call().arguments(), outcome), probe.isKnown()));
        if (same.size() > PreviousWorkerReplayer.CALLS_MAX) {
            same.removeLast();
        }
    }

    /** What was counted since the last time. */
    Map<String, CallCounts> take() {
        synchronized (counted) {
            Map<String, CallCounts> taken = Map.copyOf(counted);
            counted.clear();
            return taken;
        }
    }

    /** The newest first within each outcome. */
    List<PreviousWorkerReplayRun.Question> samples() {
        synchronized (counted) {
            return samples.values().stream().flatMap(Deque::stream).toList();
        }
    }

    List<String> notes() {
        List<String> notes = new ArrayList<>(unsent());
        probes.forEach(probe -> probe.failsNow()
                .ifPresent(why -> notes.add(name(probe) + " fails on " + subject.worker() + ": " + why)));
        return notes.stream().distinct().collect(Collectors.toUnmodifiableList());
    }

    /** The probes that are not sent, with why. */
    List<String> unsent() {
        List<String> notes = new ArrayList<>();
        for (ProbeComparison probe : probes) {
            Optional.ofNullable(unsent.get(probe)).ifPresent(why -> notes.add(name(probe) + " is not sent: " + why));
            probe.failsBefore()
                    .ifPresent(why -> notes.add(name(probe)
                            + " is not sent and does not count: the previous release fails it, too: " + why));
        }
        return notes.stream().distinct().collect(Collectors.toUnmodifiableList());
    }

    private static String name(ProbeComparison probe) {
        return "the probe of " + SafeText.quoted(probe.call().tool());
    }
}
