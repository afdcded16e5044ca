package io.weathervane.bench.decisions;

import java.util.SplittableRandom;

/** Draws the times and failures of calls. */
final class CallGenerator {
    /** Failures in a row, on average, where they are clustered. */
    static final double RUN_LENGTH = 8;

    /** How much the durations of calls differ, and the normal distribution's 95th percentile. */
    private static final double SIGMA = 0.6;

    private static final double Z95 = 1.6449;

    private final SplittableRandom random;
    private boolean inRun;

    CallGenerator(SplittableRandom random) {
        this.random = random;
    }

    /** Seconds until the next call: calls come independently of each other. */
    double pause(double callsPerMinute) {
        return -Math.log(1 - random.nextDouble()) * 60 / callsPerMinute;
    }

    /** Whether a call fails by its caller's doing. */
    boolean fails(double rate, boolean clustered) {
        if (!clustered) {
            return random.nextDouble() < rate;
        }
        double stays = 1 - 1 / RUN_LENGTH;
        double begins = rate >= 1 ? 1 : Math.min(1, rate / (1 - rate) / RUN_LENGTH);
        inRun = random.nextDouble() < (inRun ? stays : begins);
        return inRun;
    }

    boolean happens(double share) {
        return share > 0 && random.nextDouble() < share;
    }

    /** Milliseconds of a call: log-normal, so that one in twenty takes longer than {@code p95}. */
    double millis(double p95) {
        return p95 * Math.exp(SIGMA * (random.nextGaussian() - Z95));
    }

    /** One of the tools, by their shares summed up. */
    int tool(double[] cumulated) {
        double at = random.nextDouble() * cumulated[cumulated.length - 1];
        int tool = 0;
        while (tool < cumulated.length - 1 && cumulated[tool] <= at) {
            tool++;
        }
        return tool;
    }
}
