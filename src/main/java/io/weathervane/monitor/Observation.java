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
 * @param overdue calls that wait for the worker much longer than the previous one's calls took
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
        long overdue,
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

    /** An observation without calls that wait for long. */
    public Observation(
            ProbeOutcome probe,
            String probeDetail,
            long requests,
            long errors,
            long failureRun,
            long slow,
            Map<String, Counts> tools,
            Optional<ExternalSnapshot> external,
            Usage usage) {
        this(probe, probeDetail, requests, errors, failureRun, slow, tools, 0, external, usage);
    }

    /** Calls that wait much longer than they should, or were given up so since the check before. */
    long unanswered() {
        return overdue
                + tools.entrySet().stream()
                        .filter(tool -> Part.in(tool.getKey()) == Part.GIVEN_UP)
                        .mapToLong(tool -> tool.getValue().failed())
                        .sum();
    }

    /** Whether a call failed, if only in a part that counts by comparison, or goes unanswered. */
    boolean sawFailure() {
        return errors > 0
                || overdue > 0
                || tools.entrySet().stream()
                        .anyMatch(tool -> tool.getValue().failed() > 0
                                && Part.in(tool.getKey()).rollsBack());
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
        this(probe, probeDetail, requests, errors, failureRun, 0, Map.of(), 0, external, usage);
    }
}
