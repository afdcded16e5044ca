package io.weathervane.monitor;

/**
 * Evidence that calls fail at a rate above a bound: a mixture e-process. Under "the rate is at most the bound" it reaches
 * 1/α with a probability of at most α, however often it is looked at (Ville's inequality), so no correction for the number of
 * checks is needed.
 *
 * <pre>E(q) = Σₖ wₖ · (1/7) Σⱼ exp{ [s ln(pⱼ/q) + (n−s) ln((1−pⱼ)/(1−q))] / φ }</pre>
 *
 * with n calls and s failures since mark k, pⱼ = q + (1−q)·c; the first mark weighs a half, the others share the other half. A mark
 * since which the rate is not above the bound adds nothing. The spread φ is that of the previous worker's failures: it is 1
 * when they are independent, more when they come in runs.
 *
 * @param value capped, so that it stays a number
 * @param since the calls since the mark that says most
 */
record EValue(double value, CallCounts since) {
    private static final double[] ALTERNATIVES = {.02, .05, .1, .2, .4, .7, .97};
    private static final double VALUE_MAX = 1e9;
    private static final double EXPONENT_MAX = 600; // exp of it is still finite
    private static final double BOUND_MIN = 1e-4;

    /** @param marksMax marks that there will be at most, over which the weights are spread */
    static EValue above(double bound, CallCountBins bins, int marksMax, double spread) {
        double q = Math.max(BOUND_MIN, bound);
        CallCounts since = CallCounts.NONE;
        if (q >= 1) {
            return new EValue(0, since);
        }
        double sum = 0;
        double most = 0;
        CallCounts best = CallCounts.NONE;
        for (int mark = bins.bins().size() - 1; mark >= 0; mark--) {
            since = since.plus(bins.bins().get(mark));
            if (since.failed() > q * since.calls()) {
                double term = weight(mark, marksMax) * mixture(q, since, spread);
                sum += term;
                if (term > most) {
                    most = term;
                    best = since;
                }
            }
        }
        return new EValue(Math.min(VALUE_MAX, sum), best.calls() == 0 ? since : best);
    }

    /**
     * Evidence from these calls and from a part of them: the mean of both is evidence again, so that a part that fails is not
     * hidden by the rest that does not.
     */
    static EValue aboveInAllOrPart(double bound, CallCountBins bins, CallCountBins part, int marksMax, double spread) {
        EValue all = above(bound, bins, marksMax, spread);
        if (part.equals(bins)) {
            return all;
        }
        EValue some = above(bound, part, marksMax, spread);
        return new EValue((all.value + some.value) / 2, some.value > all.value ? some.since : all.since);
    }

    private static double weight(int mark, int marksMax) {
        if (marksMax <= 1) {
            return 1;
        }
        return mark == 0 ? 0.5 : 0.5 / (marksMax - 1);
    }

    private static double mixture(double q, CallCounts since, double spread) {
        double sum = 0;
        for (double alternative : ALTERNATIVES) {
            double p = q + (1 - q) * alternative;
            double exponent =
                    since.failed() * Math.log(p / q) + (since.calls() - since.failed()) * Math.log((1 - p) / (1 - q));
            sum += Math.exp(Math.min(EXPONENT_MAX, exponent / spread));
        }
        return sum / ALTERNATIVES.length;
    }
}
