package io.weathervane.transport.http;

/**
 * How much clients may take.
 *
 * @param requestsAtOnce most requests that are worked on, of all callers together
 * @param callerRequestsAtOnce most of them of one caller who had to prove who it is
 * @param callerRequestsPerSecond on the average, of one such caller
 * @param failedLoginsPerMinute from one address; further ones are not looked into
 * @param bodyBytes most bytes of a request's body
 */
public record HttpLimits(
        int requestsAtOnce,
        int callerRequestsAtOnce,
        int callerRequestsPerSecond,
        int failedLoginsPerMinute,
        int bodyBytes) {
    private static final int BODY_BYTES = 4 * 1024 * 1024;

    /** With the usual bound on bodies. */
    public HttpLimits(
            int requestsAtOnce, int callerRequestsAtOnce, int callerRequestsPerSecond, int failedLoginsPerMinute) {
        this(requestsAtOnce, callerRequestsAtOnce, callerRequestsPerSecond, failedLoginsPerMinute, BODY_BYTES);
    }

    public static HttpLimits defaults() {
        return new HttpLimits(256, 32, 200, 30);
    }
}
