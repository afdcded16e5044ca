package io.weathervane.transport.http;

/**
 * How much clients may take.
 *
 * @param requestsAtOnce most requests that are worked on, of all callers together
 * @param callerRequestsAtOnce most of them of one caller who had to prove who it is
 * @param callerRequestsPerSecond on the average, of one such caller
 * @param failedLoginsPerMinute from one address; further ones are not looked into
 */
public record HttpLimits(
        int requestsAtOnce, int callerRequestsAtOnce, int callerRequestsPerSecond, int failedLoginsPerMinute) {
    public static HttpLimits defaults() {
        return new HttpLimits(256, 32, 200, 30);
    }
}
