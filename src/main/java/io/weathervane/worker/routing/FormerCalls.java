package io.weathervane.worker.routing;

import io.weathervane.util.SafeText;
import io.weathervane.worker.WorkerCallContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Counts of calls that came by a list of tools that is replaced, by caller. */
final class FormerCalls {
    /** Callers that are counted by name: 50; those after them are counted together. */
    static final int CALLERS_MAX = 50;

    private static final int NAME_LENGTH_MAX = 60;
    private static final String OTHERS = "others";

    private final Map<String, Long> byCaller = new LinkedHashMap<>();
    private long answered;
    private long tooLate;

    synchronized void count(boolean isAnswered, WorkerCallContext callContext) {
        answered += isAnswered ? 1 : 0;
        tooLate += isAnswered ? 0 : 1;
        String caller = caller(callContext);
        boolean room = byCaller.containsKey(caller) || byCaller.size() < CALLERS_MAX;
        byCaller.merge(room ? caller : OTHERS, 1L, Long::sum);
    }

    private static String caller(WorkerCallContext callContext) {
        String key = callContext.callerKey();
        return key.isEmpty() ? "unknown" : SafeText.line(key, NAME_LENGTH_MAX);
    }

    /** Such as {@code 3 answered, 1 refused (session 4f: 3, principal bob: 1)}; empty while there are none. */
    synchronized Optional<String> sentence() {
        if (byCaller.isEmpty()) {
            return Optional.empty();
        }
        String callers = byCaller.entrySet().stream()
                .map(each -> each.getKey() + ": " + each.getValue())
                .collect(Collectors.joining(", "));
        return Optional.of(answered + " answered, " + tooLate + " refused (" + callers + ")");
    }
}
