package io.weathervane.transport.http;

/**
 * The limits on what callers may use.
 *
 * @param maxConcurrentRequests most requests that are worked on, of all callers together
 * @param maxConcurrentRequestsPerCaller most of them of one caller who had to prove who it is
 * @param maxRequestsPerSecondPerCaller on the average, of one such caller
 * @param maxFailedAuthPerMinute from one address; further ones are not looked into
 * @param bodyBytes most bytes of a request's body
 */
public record CallerLimitOptions(
        int maxConcurrentRequests,
        int maxConcurrentRequestsPerCaller,
        int maxRequestsPerSecondPerCaller,
        int maxFailedAuthPerMinute,
        int bodyBytes) {
    private static final int BODY_BYTES = 4 * 1024 * 1024;

    /** With the usual bound on bodies. */
    public CallerLimitOptions(
            int maxConcurrentRequests,
            int maxConcurrentRequestsPerCaller,
            int maxRequestsPerSecondPerCaller,
            int maxFailedAuthPerMinute) {
        this(
                maxConcurrentRequests,
                maxConcurrentRequestsPerCaller,
                maxRequestsPerSecondPerCaller,
                maxFailedAuthPerMinute,
                BODY_BYTES);
    }

    public static CallerLimitOptions defaults() {
        return new CallerLimitOptions(256, 32, 200, 30);
    }
}
