package io.weathervane.monitor;

import java.util.Optional;
import java.util.OptionalLong;

/** Observations as the tests speak of them. */
final class Observations {
    private static final long MB = 1024L * 1024;

    private Observations() {}

    /** A passing probe and no traffic. */
    static Observation quiet() {
        return calls(0, 0);
    }

    static Observation calls(long requests, long errors) {
        return new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                Observation.Calls.of(new CallCounts(requests, errors), 0),
                Optional.empty(),
                ResourceUsage.of(100 * MB, 10, 1000));
    }

    static Observation probe(HealthProbeVerdict outcome) {
        return new Observation(
                new Observation.ProbeResult(outcome, "no answer in 5 s"),
                Observation.Calls.of(new CallCounts(0, 0), 0),
                Optional.empty(),
                ResourceUsage.of(100 * MB, 10, 1000));
    }

    static Observation failureRun(long requests, long errors, long run) {
        return new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                Observation.Calls.of(new CallCounts(requests, errors), run),
                Optional.empty(),
                ResourceUsage.of(100 * MB, 10, 1000));
    }

    static Observation external(double rate, long failures) {
        return external(0, 0, rate, failures, OptionalLong.empty());
    }

    static Observation external(long requests, long errors, double rate, long failures, OptionalLong counted) {
        return new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                Observation.Calls.of(new CallCounts(requests, errors), 0),
                Optional.of(new ExternalSnapshotRow(7, rate, failures, counted)),
                ResourceUsage.of(100 * MB, 10, 1000));
    }

    static Observation memory(long mb) {
        return usage(ResourceUsage.of(mb * MB, 10, 1000));
    }

    static Observation files(long open, long limit) {
        return usage(ResourceUsage.of(100 * MB, open, limit));
    }

    static Observation usage(ResourceUsage usage) {
        return new Observation(
                new Observation.ProbeResult(HealthProbeVerdict.PASSED, "ok"),
                Observation.Calls.of(new CallCounts(100, 0), 0),
                Optional.empty(),
                usage);
    }
}
