package io.weathervane.probe;

import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.PreviousWorkerReplayResult;
import io.weathervane.util.Ticker;
import io.weathervane.worker.DirectCallContext;
import io.weathervane.worker.Role;
import io.weathervane.worker.SampledCall;
import io.weathervane.worker.SampledCall.Outcome;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.WorkerAnswer;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Calls made again on the previous worker, a few at a time. A rollback waits for them, so that they have little time: a
 * call that is not answered in it counts as not asked.
 */
final class PreviousWorkerReplayRun {
    /** All together: 2 s. */
    static final Duration TOTAL_LIMIT = Duration.ofSeconds(2);

    /** Each: 1 s. */
    static final Duration CALL_LIMIT = Duration.ofSeconds(1);

    private final WorkerManager workers;
    private final Map<String, PreviousWorkerReplayResult.Outcome> answers = new TreeMap<>();
    private final DirectCallBatch<Question> batch;

    /**
     * A call to make again.
     *
     * @param key what its answer is counted as
     * @param wasValid whether its arguments went well before, so that a worker that refuses them is at fault
     */
    record Question(String key, SampledCall call, boolean wasValid) {
        /** A caller's call, of which the outcome says whether its arguments were valid before. */
        static Question ofCaller(SampledCall call) {
            return new Question(call.tool(), call, call.outcome() == Outcome.REFUSED);
        }

        Question countedAs(String other) {
            return new Question(other, call, wasValid);
        }
    }

    PreviousWorkerReplayRun(WorkerManager workers, Ticker ticker, List<Question> questions) {
        this.workers = workers;
        this.batch = new DirectCallBatch<>("baseline-replay", ticker, CALL_LIMIT, questions, this::ask);
    }

    /** Whether a call hangs on although it was cancelled. */
    boolean isStuck() {
        return batch.isStuck();
    }

    /** Waits for the answers, no longer than the limit. */
    PreviousWorkerReplayResult answers() {
        batch.await(TOTAL_LIMIT, () -> false);
        synchronized (answers) {
            return new PreviousWorkerReplayResult(answers);
        }
    }

    private void ask(Question question, DirectCallContext context) {
        fails(question, context).ifPresent(fails -> count(question, fails));
    }

    /** Whether the call fails on the previous worker, too; empty when it is not known. */
    private Optional<Boolean> fails(Question question, DirectCallContext context) {
        SampledCall call = question.call();
        try {
            WorkerAnswer answer = workers.callDirectly(
                    Role.PREVIOUS, call.tool(), call.arguments().deepCopy(), context);
            return answer.needsInput()
                    ? Optional.empty()
                    : Optional.of(answer.isError() && workers.toolErrors() != ToolErrorPolicy.IGNORED);
        } catch (WorkerCallException e) {
            return switch (e.kind()) {
                case RPC_ERROR -> isComparable(question, e) ? Optional.of(true) : Optional.empty();
                case MALFORMED -> Optional.of(true);
                case LOST, NOT_SENT, TIMEOUT, NONE_ACTIVE, BUSY, CANCELLED -> Optional.empty();
            };
        }
    }

    /** Whether the answer can be compared: arguments that the previous worker refuses may be new with the other one. */
    private static boolean isComparable(Question question, WorkerCallException failure) {
        return question.wasValid() || !failure.isCallersMistake();
    }

    private void count(Question question, boolean fails) {
        CallCounts one = new CallCounts(1, fails ? 1 : 0);
        PreviousWorkerReplayResult.Outcome outcome = question.call().outcome() == Outcome.PASSED
                ? new PreviousWorkerReplayResult.Outcome(CallCounts.NONE, one)
                : new PreviousWorkerReplayResult.Outcome(one, CallCounts.NONE);
        synchronized (answers) {
            answers.merge(question.key(), outcome, PreviousWorkerReplayResult.Outcome::plus);
        }
    }
}
