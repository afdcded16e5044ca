package io.weathervane.monitor;

import java.util.Map;
import java.util.Optional;

/**
 * What one check saw of the active worker.
 *
 * @param probeDetail what the probe said, for people
 * @param requests calls that ended since the previous check, never from before the promotion
 * @param errors those of them that failed
 * @param failureRun calls that failed back to back up to now
 * @param slow those calls that took longer than the previous worker's allow for
 * @param tools the same calls and failures for each tool and each {@link Part} of one, as far as they are told apart
 * @param external newest row of another program, when there is a fresh one
 */
public record Observation(
        ProbeOutcome probe,
        String probeDetail,
        long requests,
        long errors,
        long failureRun,
        long slow,
        Map<String, Counts> tools,
        Optional<ExternalSnapshot> external,
        Usage usage) {
    public Observation {
        if (requests < 0 || errors < 0 || errors > requests) {
            throw new IllegalArgumentException(
                    "errors must be between 0 and requests, were " + errors + " of " + requests);
        }
        if (failureRun < 0) {
            throw new IllegalArgumentException("failureRun must be >= 0, was " + failureRun);
        }
        if (slow < 0 || slow > requests) {
            throw new IllegalArgumentException("slow must be between 0 and requests, were " + slow + " of " + requests);
        }
        tools = Map.copyOf(tools);
    }

    /** Whether a call failed, if only in a part that counts by comparison. */
    boolean sawFailure() {
        return errors > 0 || tools.values().stream().anyMatch(counts -> counts.failed() > 0);
    }

    /** An observation that tells neither slow calls nor tools. */
    public Observation(
            ProbeOutcome probe,
            String probeDetail,
            long requests,
            long errors,
            long failureRun,
            Optional<ExternalSnapshot> external,
            Usage usage) {
        this(probe, probeDetail, requests, errors, failureRun, 0, Map.of(), external, usage);
    }
}
