package io.weathervane.monitor;

import java.util.ArrayList;
import java.util.List;

/**
 * Counts of calls between marks in time, oldest first: the newest bin is still open. Each bin begins at a mark, from
 * which evidence may start, so that a worker that turns bad late is not excused by its good beginning.
 */
public record CallCountBins(List<CallCounts> bins) {
    public static final CallCountBins NONE = new CallCountBins(List.of());

    public CallCountBins {
        bins = List.copyOf(bins);
    }

    /** Adds to the bin with this number, which is the open one or a new one after it. */
    CallCountBins plus(int bin, CallCounts counts) {
        List<CallCounts> all = new ArrayList<>(bins);
        while (all.size() <= bin) {
            all.add(CallCounts.NONE);
        }
        all.set(bin, all.get(bin).plus(counts));
        return new CallCountBins(all);
    }

    CallCountBins plus(CallCountBins more) {
        CallCountBins sum = this;
        for (int bin = 0; bin < more.bins.size(); bin++) {
            sum = sum.plus(bin, more.bins.get(bin));
        }
        return sum;
    }

    /** The same without a part of it. */
    CallCountBins minus(CallCountBins part) {
        List<CallCounts> rest = new ArrayList<>();
        for (int bin = 0; bin < bins.size(); bin++) {
            rest.add(bin < part.bins.size() ? bins.get(bin).minus(part.bins.get(bin)) : bins.get(bin));
        }
        return new CallCountBins(rest);
    }

    public CallCounts total() {
        return bins.stream().reduce(CallCounts.NONE, CallCounts::plus);
    }
}
