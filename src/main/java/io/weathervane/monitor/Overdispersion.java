package io.weathervane.monitor;

/**
 * How much more failures vary than independent ones would: Pearson's χ² of consecutive bins of calls, divided by its degrees of
 * freedom. Failures in runs (an assistant that repeats a bad call) have a spread well above 1.
 */
public final class Overdispersion {
    /** Fewer bins say nothing: then 1. */
    private static final long BINS_MIN = 5;

    private Overdispersion() {}

    /**
     * The spread of bins of the same size.
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
        return Math.max(1, Math.min(BaselineRecord.SPREAD_MAX, spread));
    }
}
