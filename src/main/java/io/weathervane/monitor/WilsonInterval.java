package io.weathervane.monitor;

/** The Wilson score interval of a share. */
final class WilsonInterval {
    private static final double Z = 1.959964; // two-sided 95 %

    private WilsonInterval() {}

    /** The lowest share of failures that is still likely when {@code errors} of {@code requests} failed; 0 for none. */
    public static double lowerBound(long errors, long requests) {
        require(errors, requests);
        return errors == 0 ? 0 : Math.max(0, bound((double) errors, (double) requests, Z, -1));
    }

    /** The highest share of failures that is still likely; 1 when nothing was counted. */
    public static double upperBound(long errors, long requests) {
        require(errors, requests);
        return upperBound((double) errors, (double) requests, Z);
    }

    /** @param z the two-sided quantile of the normal distribution */
    static double upperBound(double errors, double requests, double z) {
        return requests <= 0 ? 1 : Math.min(1, bound(errors, requests, z, +1));
    }

    static double lowerBound(double errors, double requests, double z) {
        return requests <= 0 || errors <= 0 ? 0 : Math.max(0, bound(errors, requests, z, -1));
    }

    private static void require(long errors, long requests) {
        if (errors < 0 || errors > requests) {
            throw new IllegalArgumentException(
                    "errors must be between 0 and requests, were " + errors + " of " + requests);
        }
    }

    private static double bound(double errors, double n, double z, int side) {
        double share = errors / n;
        double centre = share + z * z / (2 * n);
        double margin = z * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n));
        return (centre + side * margin) / (1 + z * z / n);
    }
}
