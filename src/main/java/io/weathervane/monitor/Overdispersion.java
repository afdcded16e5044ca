package io.weathervane.monitor;

/**
 * Measure of how much more failures vary than independent ones would: Pearson's χ² of consecutive bins of calls,
 * divided by its degrees of freedom. Failures in runs (an assistant that repeats a bad call) have a spread well above
 * 1.
 */
public final class Overdispersion {
    /** Fewer bins say nothing: then 1. */
    private static final long BINS_MIN = 5;

    /** Standard deviations that chance explains. */
    private static final double CHANCE = 2;

    /** More is never taken for chance, so that a few bins cannot hide runs. */
    private static final double CHANCE_MAX = 0.5;

    private Overdispersion() {}

    /**
     * The spread of bins of the same size. One that independent failures may have by chance is 1: taken as it is, it would
     * weaken the evidence of every worker, since only what is above 1 counts.
     *
     * @param size calls in each bin
     * @param failures in all bins together
     * @param squares the sum of each bin's failures squared
     */
    public static double of(long size, long bins, long failures, double squares) {
        double rate = bins == 0 ? 0 : (double) failures / (size * bins);
        if (bins < BINS_MIN || rate <= 0 || rate >= 1) {
            return 1;
        }
        double expected = size * rate;
        double deviations = squares - 2 * expected * failures + bins * expected * expected;
        double spread = deviations / (expected * (1 - rate)) / (bins - 1);
        return spread < 1 + chance(expected, rate, bins) ? 1 : Math.min(BaselineRecord.SPREAD_MAX, spread);
    }

    /**
     * Distance above 1 at which the spread of independent failures may lie by chance, by the variance of Pearson's χ².
     */
    private static double chance(double expected, double rate, long bins) {
        double variance = (2 + (1 - 6 * rate * (1 - rate)) / (expected * (1 - rate))) / (bins - 1);
        return Math.min(CHANCE_MAX, CHANCE * Math.sqrt(variance));
    }
}
