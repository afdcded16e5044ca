package io.weathervane.worker.protocol;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.util.Stopwatch;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerListKind;
import io.weathervane.worker.WorkerServerInfo;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * The lists that a worker has and does not announce. The clients of the SDKs ask for tools whatever a server announces, so
 * that a small server whose author left the capabilities out works with them. A worker is asked for its tools in any case,
 * and for the other lists when it announces nothing at all; one that knows no such method is not asked again.
 */
final class UndeclaredListProbe {
    /** How long the start of a worker waits for tools that it does not announce: half a second. */
    static final Duration START_LIMIT = Duration.ofMillis(500);

    /** How long a client waits for a list that is not announced: 2 s. */
    static final Duration LIMIT = Duration.ofSeconds(2);

    /** So often a worker is asked that says neither yes nor no. */
    private static final int ATTEMPTS_MAX = 3;

    private enum Answer {
        HAS,
        HAS_NOT
    }

    private final WorkerServerInfo serverInfo;
    private final Map<WorkerListKind, Answer> answers = new EnumMap<>(WorkerListKind.class);
    private final Map<WorkerListKind, Integer> failures = new EnumMap<>(WorkerListKind.class);

    UndeclaredListProbe(WorkerServerInfo serverInfo) {
        this.serverInfo = serverInfo;
    }

    /** Whether the worker has answered for it. */
    synchronized boolean has(WorkerListKind list) {
        return answers.get(list) == Answer.HAS;
    }

    /**
     * The list, empty when the worker does not have it or does not say.
     *
     * @param ask asks the worker, for so long
     * @throws WorkerCallException when the worker has ended, or the caller gives up
     */
    List<ObjectNode> ask(WorkerListKind list, Stopwatch stopwatch, Function<Stopwatch, List<ObjectNode>> ask) {
        if (!mayAsk(list)) {
            return List.of();
        }
        try {
            List<ObjectNode> entries = ask.apply(stopwatch.within(LIMIT));
            answered(list, Answer.HAS);
            return entries;
        } catch (WorkerCallException e) {
            switch (e.kind()) {
                case RPC_ERROR, MALFORMED, TIMEOUT -> failed(list, e);
                case LOST, NOT_SENT, NONE_ACTIVE, BUSY, CANCELLED -> throw e;
            }
            return List.of();
        }
    }

    private synchronized boolean mayAsk(WorkerListKind list) {
        boolean maybe =
                list == WorkerListKind.TOOLS || serverInfo.capabilities().isEmpty();
        return maybe && !answers.containsKey(list) && failures.getOrDefault(list, 0) < ATTEMPTS_MAX;
    }

    private synchronized void failed(WorkerListKind list, WorkerCallException failure) {
        if (failure.code() == ErrorCode.METHOD_NOT_FOUND.code()) {
            answers.put(list, Answer.HAS_NOT);
        } else {
            failures.merge(list, 1, Integer::sum);
        }
    }

    private synchronized void answered(WorkerListKind list, Answer answer) {
        answers.put(list, answer);
    }
}
