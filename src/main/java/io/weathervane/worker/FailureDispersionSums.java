package io.weathervane.worker;

/**
 * Consecutive bins of calls of the same size, summed up: enough to tell failures in runs from independent ones.
 *
 * @param size calls in each bin
 * @param failures in all full bins together
 * @param squares the sum of each full bin's failures squared
 */
public record FailureDispersionSums(long size, long bins, long failures, double squares) {
    /** Adds up calls bin by bin; not safe for use by more than one thread. */
    public static final class Accumulator {
        private final long size;
        private long inBin;
        private long failedInBin;
        private FailureDispersionSums full;

        public Accumulator(long size) {
            this.size = size;
            this.full = new FailureDispersionSums(size, 0, 0, 0);
        }

        public void add(boolean failed) {
            failedInBin += failed ? 1 : 0;
            inBin++;
            if (inBin == size) {
                full = new FailureDispersionSums(
                        size,
                        full.bins + 1,
                        full.failures + failedInBin,
                        full.squares + (double) failedInBin * failedInBin);
                inBin = 0;
                failedInBin = 0;
            }
        }

        public FailureDispersionSums full() {
            return full;
        }
    }
}
