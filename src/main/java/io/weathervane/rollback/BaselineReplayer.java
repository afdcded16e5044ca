package io.weathervane.rollback;

import io.weathervane.monitor.BaselineReplay;
import io.weathervane.monitor.ReplayRequest;
import io.weathervane.util.Ticker;
import io.weathervane.worker.ReadOnlyHint;
import io.weathervane.worker.Role;
import io.weathervane.worker.SampledCall;
import io.weathervane.worker.SampledCall.Outcome;
import io.weathervane.worker.WorkerManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the newest calls of the promoted worker again on the previous one, if that runs: failed calls and passed ones,
 * of tools that both workers annotate with {@code readOnlyHint: true}. The calls count nowhere and no client hears of
 * them; they have the callers' arguments and nothing else of the callers'.
 */
final class BaselineReplayer {
    /** Calls made again, of those that failed and of those that passed. */
    static final int CALLS_MAX = 20;

    private final WorkerManager workers;
    private final Ticker ticker;
    private Optional<ReplayRun> last = Optional.empty();

    BaselineReplayer(WorkerManager workers, Ticker ticker) {
        this.workers = workers;
        this.ticker = ticker;
    }

    /** What can be found out within {@link ReplayRun#TOTAL_LIMIT}; for one thread. */
    BaselineReplay ask(ReplayRequest request) {
        if (last.filter(ReplayRun::isStuck).isPresent()) {
            return BaselineReplay.NONE;
        }
        List<ReplayRun.Question> questions = questions(request);
        if (questions.isEmpty()) {
            return BaselineReplay.NONE;
        }
        ReplayRun run = new ReplayRun(workers, ticker, questions);
        last = Optional.of(run);
        return run.answers();
    }

    private List<ReplayRun.Question> questions(ReplayRequest request) {
        Set<String> askable = readOnly(Role.PREVIOUS);
        askable.retainAll(readOnly(Role.ACTIVE));
        List<SampledCall> calls = workers.sampledCalls().stream()
                .filter(call -> askable.contains(call.tool()))
                .toList();
        Outcome failure = request.ofRefusals() ? Outcome.REFUSED : Outcome.FAILED;
        Optional<String> tool =
                request.toolName().filter(name -> count(calls, name, failure) >= BaselineReplay.FAILED_MIN);
        return tool.map(name -> interleaved(
                        newest(calls, name, failure, request.tool().orElse(name)),
                        newest(calls, name, Outcome.PASSED, request.tool().orElse(name))))
                .orElseGet(() -> interleaved(newest(calls, Outcome.FAILED), newest(calls, Outcome.PASSED)));
    }

    /** Also a tool that a list names twice changes nothing only if both say so. */
    private Set<String> readOnly(Role role) {
        return workers.tools(role).stream()
                .collect(Collectors.groupingBy(
                        tool -> tool.path("name").asString(""),
                        Collectors.reducing(true, ReadOnlyHint::isIn, Boolean::logicalAnd)))
                .entrySet()
                .stream()
                .filter(tool -> tool.getValue())
                .map(tool -> tool.getKey())
                .collect(Collectors.toSet());
    }

    private static long count(List<SampledCall> calls, String tool, Outcome outcome) {
        return calls.stream()
                .filter(call -> call.outcome() == outcome && call.tool().equals(tool))
                .count();
    }

    /** @param key what the answers are counted as */
    private static List<ReplayRun.Question> newest(List<SampledCall> calls, String tool, Outcome outcome, String key) {
        return calls.stream()
                .filter(call -> call.outcome() == outcome && call.tool().equals(tool))
                .limit(CALLS_MAX)
                .map(call -> new ReplayRun.Question(key, call))
                .toList();
    }

    private static List<ReplayRun.Question> newest(List<SampledCall> calls, Outcome outcome) {
        return calls.stream()
                .filter(call -> call.outcome() == outcome)
                .limit(CALLS_MAX)
                .map(call -> new ReplayRun.Question(call.tool(), call))
                .toList();
    }

    /** So that of both some are answered when the time does not suffice for all. */
    private static List<ReplayRun.Question> interleaved(
            List<ReplayRun.Question> failed, List<ReplayRun.Question> passed) {
        List<ReplayRun.Question> all = new ArrayList<>();
        for (int next = 0; next < CALLS_MAX; next++) {
            int index = next;
            Stream.of(failed, passed).filter(calls -> index < calls.size()).forEach(calls -> all.add(calls.get(index)));
        }
        return all;
    }
}
