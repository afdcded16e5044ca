package io.weathervane.monitor;

import java.util.ArrayList;
import java.util.List;

/**
 * What was counted between marks in time, oldest first: the newest bin is still open. Each bin begins at a mark, from
 * which evidence may start, so that a worker that turns bad late is not excused by its good beginning.
 */
public record CountBins(List<Counts> bins) {
    public static final CountBins NONE = new CountBins(List.of());

    public CountBins {
        bins = List.copyOf(bins);
    }

    /** Adds to the bin with this number, which is the open one or a new one after it. */
    CountBins plus(int bin, Counts counts) {
        List<Counts> all = new ArrayList<>(bins);
        while (all.size() <= bin) {
            all.add(Counts.NONE);
        }
        all.set(bin, all.get(bin).plus(counts));
        return new CountBins(all);
    }

    public Counts total() {
        return bins.stream().reduce(Counts.NONE, Counts::plus);
    }
}
