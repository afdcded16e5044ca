package io.weathervane.bench;

/**
 * What one load came to.
 *
 * @param latencies of each call, to the end of its answer
 * @param wrong answers that were not right
 * @param nanos from the first call to the last answer
 */
record Window(Samples latencies, int wrong, long nanos) {
    /** Itself, when every answer was right: a figure made of errors means nothing. */
    Window allRight() {
        if (wrong > 0) {
            throw new IllegalStateException(wrong + " wrong answers of " + latencies.size());
        }
        return this;
    }

    double callsPerSecond() {
        return latencies.size() * 1e9 / nanos;
    }
}
