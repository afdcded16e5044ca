package io.weathervane.failure;

import java.util.List;
import java.util.Optional;

/**
 * Calls of one tool in one release that failed alike.
 *
 * @param samples the newest first
 * @param previous the same kind in the release that it is compared with; empty when there is none, or it is not known
 */
record ToolFailureKindCount(
        FailureGroupKey key, long count, List<FailureSample> samples, Optional<PreviousReleaseFailureCount> previous) {
    public ToolFailureKindCount {
        samples = List.copyOf(samples);
    }

    /** Whether the release brought it; empty when that cannot be known, as where the other release had no such calls. */
    Optional<Boolean> isNew() {
        return previous.filter(before -> before.calls() > 0).map(before -> before.count() == 0);
    }

    /** Whether its calls were refused although such arguments went well before. */
    boolean isRefusal() {
        return key.type() == FailureGroupKey.Type.REFUSED;
    }

    /** The newest message of a JSON-RPC error, whose kind is its code alone; empty for other kinds. */
    String wordsOfTheWorker() {
        boolean unsaid = isRefusal() || key.type() == FailureGroupKey.Type.JSON_RPC_ERROR;
        return samples.stream()
                .filter(sample -> unsaid && !sample.text().isBlank())
                .findFirst()
                .map(sample -> " \"" + sample.text() + "\"")
                .orElse("");
    }

    ToolFailureKindCount limited(int samplesMax) {
        return new ToolFailureKindCount(key, count, samples.subList(0, Math.min(samples.size(), samplesMax)), previous);
    }
}
