package io.weathervane.probe;

import io.weathervane.monitor.PreviousWorkerReplayRequest;
import io.weathervane.monitor.PreviousWorkerReplayResult;
import io.weathervane.util.Ticker;
import io.weathervane.worker.Role;
import io.weathervane.worker.SampledCall.Outcome;
import io.weathervane.worker.WorkerManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Makes the newest calls of the promoted worker, callers' before probes, again on the previous one, if that runs: failed calls and passed ones,
 * of tools that both workers annotate with {@code readOnlyHint: true}. The calls count nowhere and no client hears of
 * them; they have the callers' arguments and nothing else of the callers'.
 */
public final class PreviousWorkerReplayer {
    /** Calls made again, of those that failed and of those that passed. */
    public static final int CALLS_MAX = 20;

    private final WorkerManager workers;
    private final WatchProber prober;
    private final Ticker ticker;
    private final BooleanSupplier on;
    private Optional<PreviousWorkerReplayRun> last = Optional.empty();

    /** @param on whether anything is asked; without it there is no answer to any question */
    public PreviousWorkerReplayer(WorkerManager workers, WatchProber prober, Ticker ticker, BooleanSupplier on) {
        this.on = on;
        this.workers = workers;
        this.prober = prober;
        this.ticker = ticker;
    }

    /** Asks the previous worker within {@link PreviousWorkerReplayRun#TOTAL_LIMIT}; for one thread. */
    public PreviousWorkerReplayResult ask(PreviousWorkerReplayRequest request) {
        if (!on.getAsBoolean() || last.filter(PreviousWorkerReplayRun::isStuck).isPresent()) {
            return PreviousWorkerReplayResult.NONE;
        }
        List<PreviousWorkerReplayRun.Question> questions = questions(request);
        if (questions.isEmpty()) {
            return PreviousWorkerReplayResult.NONE;
        }
        PreviousWorkerReplayRun run = new PreviousWorkerReplayRun(workers, ticker, questions);
        last = Optional.of(run);
        return run.answers();
    }

    private List<PreviousWorkerReplayRun.Question> questions(PreviousWorkerReplayRequest request) {
        Set<String> askable = ReadOnlyTools.of(workers, Role.PREVIOUS);
        askable.retainAll(ReadOnlyTools.of(workers, Role.ACTIVE));
        List<PreviousWorkerReplayRun.Question> calls = Stream.concat(
                        workers.sampledCalls().stream().map(PreviousWorkerReplayRun.Question::ofCaller),
                        prober.samples().stream())
                .filter(question -> askable.contains(question.call().tool()))
                .toList();
        Outcome failure = request.ofRefusals() ? Outcome.REFUSED : Outcome.FAILED;
        Optional<List<PreviousWorkerReplayRun.Question>> ofTool = request.toolName()
                .map(name -> of(calls, request.ofProbes() ? request.tool().orElse(name) : name))
                .filter(own -> newest(own, failure).size() >= PreviousWorkerReplayResult.FAILED_MIN)
                .map(own -> counted(own, request.tool().orElseThrow()));
        return ofTool.map(own -> interleaved(newest(own, failure), newest(own, Outcome.PASSED)))
                .orElseGet(() -> interleaved(newest(calls, Outcome.FAILED), newest(calls, Outcome.PASSED)));
    }

    private static List<PreviousWorkerReplayRun.Question> of(List<PreviousWorkerReplayRun.Question> calls, String key) {
        return calls.stream().filter(call -> call.key().equals(key)).toList();
    }

    /** @param key what the answers are counted as */
    private static List<PreviousWorkerReplayRun.Question> counted(
            List<PreviousWorkerReplayRun.Question> calls, String key) {
        return calls.stream().map(call -> call.countedAs(key)).toList();
    }

    private static List<PreviousWorkerReplayRun.Question> newest(
            List<PreviousWorkerReplayRun.Question> calls, Outcome outcome) {
        return calls.stream()
                .filter(call -> call.call().outcome() == outcome)
                .limit(CALLS_MAX)
                .toList();
    }

    /** So that of both some are answered when the time does not suffice for all. */
    private static List<PreviousWorkerReplayRun.Question> interleaved(
            List<PreviousWorkerReplayRun.Question> failed, List<PreviousWorkerReplayRun.Question> passed) {
        List<PreviousWorkerReplayRun.Question> all = new ArrayList<>();
        for (int next = 0; next < CALLS_MAX; next++) {
            int index = next;
            Stream.of(failed, passed).filter(calls -> index < calls.size()).forEach(calls -> all.add(calls.get(index)));
        }
        return all;
    }
}
