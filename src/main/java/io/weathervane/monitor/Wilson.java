package io.weathervane.monitor;

/** The Wilson score interval of a share, at 95 %. */
public final class Wilson {
    private static final double Z = 1.959964; // two-sided 95 %

    private Wilson() {}

    /** The lowest share of failures that is still likely when {@code errors} of {@code requests} failed; 0 for none. */
    public static double lowerBound(long errors, long requests) {
        if (errors < 0 || errors > requests) {
            throw new IllegalArgumentException(
                    "errors must be between 0 and requests, were " + errors + " of " + requests);
        }
        if (errors == 0) {
            return 0;
        }
        double n = requests;
        double share = errors / n;
        double centre = share + Z * Z / (2 * n);
        double margin = Z * Math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n));
        return Math.max(0, (centre - margin) / (1 + Z * Z / n));
    }
}
