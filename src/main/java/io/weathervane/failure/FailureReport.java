package io.weathervane.failure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Failures of calls, release by release.
 *
 * @param releases the newest first
 */
public record FailureReport(List<ReleaseFailures> releases) {
    public static final FailureReport EMPTY = new FailureReport(List.of());

    public FailureReport {
        releases = List.copyOf(releases);
    }

    /** Of these releases, each beside the one that it is compared with. */
    public static FailureReport of(Map<ReleaseInfo, ReleaseCalls> releases) {
        Map<String, ReleaseCalls> byLabel = new LinkedHashMap<>();
        releases.forEach((release, calls) -> byLabel.put(release.label(), calls));
        List<ReleaseFailures> failures = new ArrayList<>();
        releases.forEach((release, calls) -> failures.add(ReleaseFailures.of(
                release, calls, release.comparedWith().map(other -> byLabel.getOrDefault(other, ReleaseCalls.NONE)))));
        return new FailureReport(failures);
    }

    public Optional<ReleaseFailures> of(String label) {
        return releases.stream()
                .filter(one -> one.release().label().equals(label))
                .findFirst();
    }

    /** This release, and the one that it is compared with. */
    public FailureReport about(String label) {
        Optional<String> other = of(label).flatMap(one -> one.release().comparedWith());
        return new FailureReport(releases.stream()
                .filter(one -> one.release().label().equals(label)
                        || other.filter(one.release().label()::equals).isPresent())
                .toList());
    }

    /** As much of it; what is left out is in its "other" entries. */
    public FailureReport limited(FailureReportLimits limits) {
        return new FailureReport(
                releases.stream().map(one -> one.limited(limits)).toList());
    }

    /** Calls of all releases that are told of, refused ones and probes included. */
    public long recorded() {
        return releases.stream().mapToLong(ReleaseFailures::recorded).sum();
    }

    /** Failed calls of all releases. */
    public long failed() {
        return releases.stream().mapToLong(ReleaseFailures::failed).sum();
    }
}
