package io.weathervane.probe;

import io.weathervane.worker.ProbeCall;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The calls that a watch sends to the worker that it looks at, so that a release without callers is judged, too.
 *
 * @param interval from the beginning of one round to the next; nothing is sent when empty
 * @param callTimeout how long each may take; one that takes longer is ended and has failed
 */
public record WatchProbeConfig(List<ProbeCall> probes, Optional<Duration> interval, Duration callTimeout) {
    /** More would be a load test, and their counts are written with each check. */
    public static final int PROBES_MAX = 50;

    private static final WatchProbeConfig NONE =
            new WatchProbeConfig(List.of(), Optional.empty(), Duration.ofSeconds(10));

    public WatchProbeConfig {
        probes = List.copyOf(probes);
        if (interval.isPresent() && probes.size() > PROBES_MAX) {
            throw new IllegalArgumentException(
                    "a watch sends at most " + PROBES_MAX + " probes, were " + probes.size());
        }
    }

    /** Nothing is sent. */
    public static WatchProbeConfig none() {
        return NONE;
    }

    /** Whether a watch sends anything. */
    public boolean isOn() {
        return interval.isPresent() && !probes.isEmpty();
    }

    /**
     * Number of calls that a watch of this length counts at least, when each is answered well within the interval. The
     * first rounds are left out: they also ask the previous release, which takes their time, and the watch begins and
     * ends between rounds.
     */
    public long calls(Duration watch) {
        return interval.filter(every -> isOn())
                .map(every -> probes.size()
                        * Math.max(0, watch.toMillis() / every.toMillis() - ProbeComparison.BASELINE_CALLS))
                .orElse(0L);
    }
}
