package io.weathervane.monitor;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measurements of the active worker by one check.
 *
 * @param external newest row of another program, when there is a fresh one
 * @param signals what was known of the configured signals from outside
 * @param replay what the previous worker made of the same calls, when it was asked at this check
 */
public record Observation(
        ProbeResult probe,
        Calls calls,
        Optional<ExternalSnapshotRow> external,
        ResourceUsage usage,
        List<SignalReading> signals,
        Optional<PreviousWorkerReplayResult> replay) {
    public Observation {
        signals = List.copyOf(signals);
    }

    /** Measurements of the active worker alone. */
    public Observation(ProbeResult probe, Calls calls, Optional<ExternalSnapshotRow> external, ResourceUsage usage) {
        this(probe, calls, external, usage, List.of(), Optional.empty());
    }

    public Observation with(List<SignalReading> heard) {
        return new Observation(probe, calls, external, usage, heard, replay);
    }

    /** The same, with what the previous worker made of the calls. */
    public Observation with(PreviousWorkerReplayResult answers) {
        return new Observation(probe, calls, external, usage, signals, Optional.of(answers));
    }

    /**
     * Result of the probe.
     *
     * @param detail what it said, for people
     */
    public record ProbeResult(HealthProbeVerdict outcome, String detail) {}

    /**
     * The calls since the previous check, never from before the promotion.
     *
     * @param ended those that ended, and those of them that failed; callers' calls and probes
     * @param failureRun callers' calls that failed back to back up to now
     * @param slow callers' calls that ended and took longer than the previous worker's allow for
     * @param overdue calls that wait for the worker much longer than the previous one's calls took
     * @param tools those that ended for each tool and each {@link ToolFailureMetric} of one, as far as they are told apart
     */
    public record Calls(CallCounts ended, long failureRun, long slow, long overdue, Map<String, CallCounts> tools) {
        public Calls {
            if (failureRun < 0) {
                throw new IllegalArgumentException("failureRun must be >= 0, was " + failureRun);
            }
            if (slow < 0 || slow > ended.calls()) {
                throw new IllegalArgumentException(
                        "slow must be between 0 and the calls, were " + slow + " of " + ended.calls());
            }
            tools = Map.copyOf(tools);
        }

        /** Calls of which neither slow ones nor tools are told apart. */
        public static Calls of(CallCounts ended, long failureRun) {
            return new Calls(ended, failureRun, 0, 0, Map.of());
        }

        /** Those that the server sent itself. */
        public CallCounts probes() {
            return tools.entrySet().stream()
                    .filter(tool -> ToolFailureMetric.in(tool.getKey()) == ToolFailureMetric.PROBES)
                    .map(Map.Entry::getValue)
                    .reduce(CallCounts.NONE, CallCounts::plus);
        }

        /** Those of callers. */
        public CallCounts callers() {
            return ended.minus(probes());
        }

        /** Calls that wait much longer than they should, or were given up so since the check before. */
        long unanswered() {
            return overdue
                    + tools.entrySet().stream()
                            .filter(tool -> ToolFailureMetric.in(tool.getKey()) == ToolFailureMetric.GIVEN_UP)
                            .mapToLong(tool -> tool.getValue().failed())
                            .sum();
        }

        /** Whether a call failed, if only in a part that counts by comparison, or goes unanswered. */
        boolean sawFailure() {
            return ended.failed() > 0
                    || overdue > 0
                    || tools.entrySet().stream()
                            .anyMatch(tool -> tool.getValue().failed() > 0
                                    && ToolFailureMetric.in(tool.getKey()).rollsBack());
        }
    }

    /** Calls that ended. */
    public long requests() {
        return calls.ended().calls();
    }

    /** Calls that failed. */
    public long errors() {
        return calls.ended().failed();
    }
}
