package io.weathervane.worker;

/**
 * Consecutive bins of calls of the same size, summed up: enough to tell failures in runs from independent ones.
 *
 * @param size calls in each bin
 * @param failures in all full bins together
 * @param squares the sum of each full bin's failures squared
 */
public record FailureBins(long size, long bins, long failures, double squares) {
    /** Fills bins; not safe for use by more than one thread. */
    public static final class Filling {
        private final long size;
        private long inBin;
        private long failedInBin;
        private FailureBins full;

        public Filling(long size) {
            this.size = size;
            this.full = new FailureBins(size, 0, 0, 0);
        }

        public void add(boolean failed) {
            failedInBin += failed ? 1 : 0;
            inBin++;
            if (inBin == size) {
                full = new FailureBins(
                        size,
                        full.bins + 1,
                        full.failures + failedInBin,
                        full.squares + (double) failedInBin * failedInBin);
                inBin = 0;
                failedInBin = 0;
            }
        }

        public FailureBins full() {
            return full;
        }
    }
}
