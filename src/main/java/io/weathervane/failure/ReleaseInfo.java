package io.weathervane.failure;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Identity of a release in a failure report.
 *
 * @param role what it is for now, such as {@code active}; {@code ended} when its worker was replaced or stopped
 * @param comparedWith the release that was active when it came
 * @param since from when on its calls are counted
 */
public record ReleaseInfo(String label, String role, Optional<String> comparedWith, Instant since) {
    public ReleaseInfo {
        since = since.truncatedTo(ChronoUnit.MILLIS);
    }

    /** Releases that are not told apart any more. */
    public static final String EARLIER = "(earlier releases)";

    /** The role of a release without a worker. */
    public static final String ENDED = "ended";
}
