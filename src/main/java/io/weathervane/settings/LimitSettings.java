package io.weathervane.settings;

/**
 * How much clients may take of the HTTP door.
 *
 * @param connections most at a time
 * @param headerBytes most of a request's line and headers together
 * @param requestsAtOnce most that are worked on, of all callers together
 * @param callerRequestsAtOnce most of them of one caller; counts only callers that have to prove who they are
 * @param callerRequestsPerSecond on the average, of one such caller
 * @param failedLoginsPerMinute from one address; further ones are not looked into
 */
public record LimitSettings(
        int connections,
        int headerBytes,
        int requestsAtOnce,
        int callerRequestsAtOnce,
        int callerRequestsPerSecond,
        int failedLoginsPerMinute) {
    private static final int MANY = 100_000;

    public static LimitSettings defaults() {
        return new LimitSettings(256, 16 * 1024, 256, 32, 200, 30);
    }

    static LimitSettings from(Section section) {
        LimitSettings defaults = defaults();
        return new LimitSettings(
                section.wholeNumber("connections", 1, 10_000).orElse(defaults.connections),
                section.wholeNumber("headerBytes", 2 * 1024, 256 * 1024).orElse(defaults.headerBytes),
                section.wholeNumber("requestsAtOnce", 1, 10_000).orElse(defaults.requestsAtOnce),
                section.wholeNumber("callerRequestsAtOnce", 1, 10_000).orElse(defaults.callerRequestsAtOnce),
                section.wholeNumber("callerRequestsPerSecond", 1, MANY).orElse(defaults.callerRequestsPerSecond),
                section.wholeNumber("failedLoginsPerMinute", 1, MANY).orElse(defaults.failedLoginsPerMinute));
    }
}
