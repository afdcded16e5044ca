package io.weathervane.shadow;

import java.time.Duration;
import java.util.Optional;

/** Figures of one tool's compared calls. */
final class ToolCallFigures {
    /** With fewer timed calls nothing is said of the latency. */
    static final int TIMED_MIN = 3;

    /** With fewer timed calls the 95th percentile is the slowest call, which one pause may make slow. */
    static final int TIMED_FOR_P95 = 20;

    /** A canary that is slower by less than this is not too slow, whatever the factor. */
    static final Duration FLOOR = Duration.ofMillis(100);

    final LatencySamples active = new LatencySamples();
    final LatencySamples canary = new LatencySamples();
    long calls;
    long different;
    long activeErrors;
    long canaryErrors;

    /** The first call warms both up and is not timed. */
    void add(ShadowAnswer activeAnswer, ShadowAnswer canaryAnswer) {
        calls++;
        activeErrors += activeAnswer.failed() ? 1 : 0;
        canaryErrors += canaryAnswer.failed() ? 1 : 0;
        if (calls > 1) {
            active.add(activeAnswer.took());
            canary.add(canaryAnswer.took());
        }
    }

    /** Why the canary is too slow, in words. */
    Optional<String> tooSlow(double factor) {
        if (canary.count() < TIMED_MIN) {
            return Optional.empty();
        }
        int percent = canary.count() < TIMED_FOR_P95 ? 50 : 95;
        Duration before = active.percentile(percent);
        Duration after = canary.percentile(percent);
        boolean overFactor = after.toNanos() > before.toNanos() * factor;
        boolean overFloor = after.minus(before).compareTo(FLOOR) > 0;
        return overFactor && overFloor
                ? Optional.of("p" + percent + " " + LatencySamples.millis(after) + " ms, active "
                        + LatencySamples.millis(before) + " ms, more than " + plain(factor) + " times as long")
                : Optional.empty();
    }

    private static String plain(double factor) {
        return factor == Math.rint(factor) ? String.valueOf((long) factor) : String.valueOf(factor);
    }
}
