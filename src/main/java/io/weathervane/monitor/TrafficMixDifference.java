package io.weathervane.monitor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Difference between the tools that are called in a watch and those that the record has. Calls of a tool that the
 * record does not have are left to the limits, and where tools that failed more often before are called more often now,
 * so much more may fail of all calls.
 *
 * @param comparable the calls of the watch that the record says something of
 * @param unknown tools that the record does not have, with their calls
 * @param allowance how much more of all calls may fail because of the mix, from 0
 * @param distance share of the calls by which the two mixes differ
 */
record TrafficMixDifference(
        CallCountBins comparable, Map<String, CallCounts> unknown, double allowance, double distance) {
    /** From here on the mixes are said to differ: half of the calls are of other tools. */
    private static final double DIFFERENT = 0.5;

    /** With fewer calls any two mixes differ. */
    private static final long CALLS_MIN = 20;

    /** Tools that are named; the others are a number. */
    private static final int NAMED_MAX = 5;

    private static final double Z = 2.576; // two-sided 99 %

    /** Without a record of an error rate there is nothing to compare with: then every call counts. */
    static TrafficMixDifference of(BaselineRecord record, WatchCallCounts callCounts) {
        Map<String, CallCounts> before = calls(record.tools());
        if (!record.known() || before.isEmpty()) {
            return new TrafficMixDifference(callCounts.all(), Map.of(), 0, 0);
        }
        Map<String, CallCounts> now = new TreeMap<>();
        Map<String, CallCounts> unknown = new TreeMap<>();
        CallCountBins comparable = callCounts.all();
        for (Map.Entry<String, CallCountBins> tool : callCounts.tools().entrySet()) {
            if (ToolFailureMetric.in(tool.getKey()) != ToolFailureMetric.CALLS) {
                continue;
            }
            boolean known = before.containsKey(tool.getKey());
            (known ? now : unknown).put(tool.getKey(), tool.getValue().total());
            comparable = known ? comparable : comparable.minus(tool.getValue());
        }
        double distance = distance(before, now, unknown);
        double allowance = Math.max(0, expected(now, before, record) - expected(before, before, record));
        if (distance >= DIFFERENT) {
            allowance = Math.max(allowance, uncertain(now, before, record));
        }
        return new TrafficMixDifference(comparable, unknown, allowance, distance);
    }

    private static Map<String, CallCounts> calls(Map<String, CallCounts> tools) {
        return tools.entrySet().stream()
                .filter(tool -> ToolFailureMetric.in(tool.getKey()) == ToolFailureMetric.CALLS)
                .filter(tool -> tool.getValue().calls() > 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The rate that the previous worker would have with this mix of its tools. */
    private static double expected(Map<String, CallCounts> mix, Map<String, CallCounts> before, BaselineRecord record) {
        long all = sum(mix);
        double failures = 0;
        for (Map.Entry<String, CallCounts> tool : mix.entrySet()) {
            CallCounts known = before.getOrDefault(tool.getKey(), CallCounts.NONE);
            failures += tool.getValue().calls() * rate(known, record);
        }
        return all == 0 ? 0 : failures / all;
    }

    /** A tool has a rate of its own when it is clearly another than that of all calls; else chance would look like a mix. */
    private static double rate(CallCounts tool, BaselineRecord record) {
        double calls = tool.calls() / record.spread();
        double failed = tool.failed() / record.spread();
        double usual = record.rate();
        boolean own = WilsonInterval.lowerBound(failed, calls, Z) > usual
                || WilsonInterval.upperBound(failed, calls, Z) < usual;
        return own ? tool.rate().orElse(usual) : usual;
    }

    /** Tools that are called more now may fail as often as their own record allows for, be it ever so small. */
    private static double uncertain(
            Map<String, CallCounts> mix, Map<String, CallCounts> before, BaselineRecord record) {
        double all = sum(mix);
        double allBefore = sum(before);
        double more = 0;
        for (Map.Entry<String, CallCounts> tool : mix.entrySet()) {
            CallCounts known = before.getOrDefault(tool.getKey(), CallCounts.NONE);
            double share = tool.getValue().calls() / all - known.calls() / allBefore;
            double highest =
                    WilsonInterval.upperBound(known.failed() / record.spread(), known.calls() / record.spread(), Z);
            more += Math.max(0, share) * Math.max(0, highest - record.upper());
        }
        return more;
    }

    private static double distance(
            Map<String, CallCounts> before, Map<String, CallCounts> now, Map<String, CallCounts> unknown) {
        Map<String, CallCounts> mix = new TreeMap<>(now);
        mix.putAll(unknown);
        double callsNow = sum(mix);
        double callsBefore = sum(before);
        if (callsNow < CALLS_MIN) {
            return 0;
        }
        Set<String> names = new HashSet<>(mix.keySet());
        names.addAll(before.keySet());
        return names.stream()
                        .mapToDouble(name -> Math.abs(mix.getOrDefault(name, CallCounts.NONE)
                                                .calls()
                                        / callsNow
                                - before.getOrDefault(name, CallCounts.NONE).calls() / callsBefore))
                        .sum()
                / 2;
    }

    private static long sum(Map<String, CallCounts> mix) {
        return mix.values().stream().mapToLong(CallCounts::calls).sum();
    }

    /** For people; empty while the mixes are alike. */
    String text() {
        return Stream.of(unknownText(), distanceText())
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("; "));
    }

    private String unknownText() {
        if (unknown.isEmpty()) {
            return "";
        }
        List<String> names = new ArrayList<>(unknown.keySet());
        String more = names.size() > NAMED_MAX ? " and " + (names.size() - NAMED_MAX) + " more" : "";
        return sum(unknown) + " calls are of tools that the record does not have ("
                + String.join(", ", names.subList(0, Math.min(NAMED_MAX, names.size()))) + more
                + "): limits only judge them";
    }

    private String distanceText() {
        return distance < DIFFERENT
                ? ""
                : String.format(
                        Locale.ROOT,
                        "another mix of tools than in the record (%.0f%% of the calls differ): the tools are compared"
                                + " one by one, and of all calls %.1f points more may fail",
                        100 * distance,
                        100 * allowance);
    }
}
