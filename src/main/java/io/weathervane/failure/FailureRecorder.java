package io.weathervane.failure;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Takes the failed calls of one worker. Writers replace an immutable record, so that no reader holds anything that a call waits
 * for; a call that goes well does not come here.
 */
public final class FailureRecorder {
    private final AtomicReference<FailureCounts> byWorker = new AtomicReference<>(FailureCounts.NONE);
    private final AtomicReference<FailureCounts> byCallers = new AtomicReference<>(FailureCounts.NONE);

    private final AtomicReference<ReleaseCalls> probes = new AtomicReference<>(ReleaseCalls.NONE);

    /**
     * Adds a call that counts as the worker's failure, once its tool's calls count it.
     *
     * @param tool as its calls are counted
     */
    public void failed(String tool, FailedCall call, Instant at) {
        add(byWorker, tool, call, at);
    }

    /** Adds a call that failed by its caller's mistake. */
    public void failedByCaller(String tool, FailedCall call, Instant at) {
        add(byCallers, ToolFailures.shownName(tool), call, at);
    }

    /**
     * Adds a call that a watch made itself; it is in no count of callers' calls.
     *
     * @param failure empty when it went well
     */
    public void probed(String tool, Optional<FailedCall> failure, Instant at) {
        FailureCounts failed = failure.map(
                        call -> FailureCounts.NONE.plus(tool, call.key(), FailureSample.of(call, at)))
                .orElse(FailureCounts.NONE);
        ReleaseCalls one = new ReleaseCalls(Map.of(tool, 1L), failed, FailureCounts.NONE, Optional.empty());
        ReleaseCalls unused = probes.updateAndGet(before -> before.plus(one));
    }

    private static void add(AtomicReference<FailureCounts> to, String tool, FailedCall call, Instant at) {
        FailureSample sample = FailureSample.of(call, at);
        FailureCounts unused = to.updateAndGet(before -> before.plus(tool, call.key(), sample));
    }

    /**
     * Failures that were recorded until now.
     *
     * @param calls by tool; asked after the failures are read, so that it has each of them
     */
    public ReleaseCalls among(Supplier<Map<String, Long>> calls) {
        FailureCounts failed = Objects.requireNonNull(byWorker.get());
        ReleaseCalls probed = Objects.requireNonNull(probes.get());
        return new ReleaseCalls(
                calls.get(),
                failed,
                Objects.requireNonNull(byCallers.get()),
                Optional.of(probed).filter(some -> !some.isEmpty()));
    }
}
