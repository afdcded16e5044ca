package io.weathervane.failure;

/**
 * Limits on how much of a report is shown; the rest is in its "other" entries.
 *
 * @param tools of each release
 * @param kinds of each tool
 * @param samples of each kind
 */
public record FailureReportLimits(int tools, int kinds, int samples) {
    /** For answers of tools and for evidence. */
    public static final FailureReportLimits ANSWER = new FailureReportLimits(10, 6, FailureCounts.SAMPLES_MAX);

    /** For what is stored with a decision to act, and with one that pages. */
    public static final FailureReportLimits DECISION = new FailureReportLimits(6, 4, FailureCounts.SAMPLES_MAX);

    /** For what is stored with each check that was not healthy, and for alerts. */
    public static final FailureReportLimits BRIEF = new FailureReportLimits(3, 3, 1);

    /** For lines of text. */
    public static final FailureReportLimits TEXT = new FailureReportLimits(5, 4, 1);
}
