package io.weathervane.bench.decisions;

import io.weathervane.monitor.BaselineRecord;
import io.weathervane.monitor.CallCounts;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One simulated promotion: the previous worker's record, and each call and probe of the new one. Every rule sees the same.
 * Times are seconds since the promotion.
 */
final class Promotion {
    private static final int PROBE_SLOT_SECONDS = 1;
    private static final double MEMORY_MB = 100;
    private static final double NANOS_PER_MILLI = 1_000_000;

    /** What is true of a call. */
    private static final byte FAILED = 1;

    /** It fails with the previous worker too, at any time. */
    private static final byte FAILS_BEFORE_TOO = 2;

    private static final byte CALLERS_MISTAKE = 4;
    private static final byte SLOW = 8;

    /** It never ends. */
    private static final byte WAITS = 16;

    private final Scenario scenario;
    private final BaselineRecord record;
    private double[] at = new double[64];
    private byte[] tool = new byte[64];
    private byte[] kind = new byte[64];
    private int calls;
    private final boolean[] lostProbes;

    Promotion(Scenario scenario, long seed) {
        this.scenario = scenario;
        SplittableRandom random = new SplittableRandom(seed);
        this.record = Baselines.record(scenario, random.split());
        this.lostProbes = new boolean[(int) (scenario.seconds() / PROBE_SLOT_SECONDS) + 1];
        draw(new CallGenerator(random.split()));
        SplittableRandom probes = random.split();
        for (int slot = 0; slot < lostProbes.length; slot++) {
            Scenario.Phase phase = scenario.phaseAt((double) slot * PROBE_SLOT_SECONDS);
            lostProbes[slot] = phase.hang() || probes.nextDouble() < phase.lostProbeShare();
        }
    }

    /** The calls of a worker like the previous one under as many callers, in the same time. */
    Promotion control(SplittableRandom chance) {
        return new Promotion(scenario.withPreviousWorker(), record, chance);
    }

    private Promotion(Scenario scenario, BaselineRecord record, SplittableRandom random) {
        this.scenario = scenario;
        this.record = record;
        this.lostProbes = new boolean[1];
        draw(new CallGenerator(random));
    }

    static double[] cumulated(List<Scenario.Tool> tools) {
        double[] shares = tools.stream().mapToDouble(Scenario.Tool::share).toArray();
        Arrays.parallelPrefix(shares, Double::sum);
        return shares;
    }

    private void draw(CallGenerator generator) {
        double[] shares = cumulated(scenario.tools());
        double pace = scenario.callsPerMinute();
        for (double now = generator.pause(pace); now < scenario.seconds(); now += generator.pause(pace)) {
            int which = generator.tool(shares);
            add(now, (byte) which, kind(generator, scenario.phaseAt(now), which));
        }
    }

    private byte kind(CallGenerator generator, Scenario.Phase phase, int which) {
        if (phase.hang()) {
            return WAITS;
        }
        if (generator.happens(phase.callerErrorShare())) {
            return CALLERS_MISTAKE;
        }
        double base = scenario.baseline().errorRate();
        String name = scenario.tools().get(which).name();
        double rate = phase.errorRatePerTool().getOrDefault(name, phase.errorRate());
        boolean before =
                generator.fails(Math.min(base, rate), scenario.baseline().clustered());
        boolean outage = generator.happens(phase.outageShare());
        boolean only = generator.happens(rate > base ? (rate - base) / (1 - base) : 0);
        long limit =
                record.latency().map(BaselineRecord.LatencyRecord::limitNanos).orElse(Long.MAX_VALUE);
        boolean slow =
                generator.millis(scenario.baseline().p95Millis()) * phase.latencyFactor() * NANOS_PER_MILLI > limit;
        return (byte) ((before || outage || only ? FAILED : 0) | (before ? FAILS_BEFORE_TOO : 0) | (slow ? SLOW : 0));
    }

    private void add(double when, byte which, byte how) {
        if (calls == at.length) {
            at = Arrays.copyOf(at, 2 * calls);
            tool = Arrays.copyOf(tool, 2 * calls);
            kind = Arrays.copyOf(kind, 2 * calls);
        }
        at[calls] = when;
        tool[calls] = which;
        kind[calls] = how;
        calls++;
    }

    Scenario scenario() {
        return scenario;
    }

    BaselineRecord record() {
        return record;
    }

    /** A source of chance of its own, the same for each rule that asks. */
    SplittableRandom chance() {
        return new SplittableRandom(scenario.seed() * 31 + calls);
    }

    /** The first call after this moment. */
    int firstAfter(double second) {
        int found = Arrays.binarySearch(at, 0, calls, second);
        return found >= 0 ? found + 1 : -found - 1;
    }

    boolean has(int call, byte what) {
        return (kind[call] & what) != 0;
    }

    boolean failed(int call) {
        return has(call, FAILED);
    }

    boolean failsBeforeToo(int call) {
        return has(call, FAILS_BEFORE_TOO);
    }

    boolean isReadOnly(int call) {
        return scenario.tools().get(tool[call]).readOnly();
    }

    /** Whether the call ended and counts, for who knows a caller's mistake from a failure. */
    boolean counts(int call) {
        return !has(call, CALLERS_MISTAKE) && !has(call, WAITS);
    }

    boolean slow(int call) {
        return has(call, SLOW);
    }

    String tool(int call) {
        return scenario.tools().get(tool[call]).name();
    }

    /** The calls after one moment and up to another, as a proxy sees them: a caller's mistake is a failure like any. */
    CallCounts seen(double after, double upTo) {
        long ended = 0;
        long failed = 0;
        for (int call = firstAfter(after); call < calls && at[call] <= upTo; call++) {
            if (!has(call, WAITS)) {
                ended++;
                failed += failed(call) || has(call, CALLERS_MISTAKE) ? 1 : 0;
            }
        }
        return new CallCounts(ended, failed);
    }

    /** Whether a call that ended in this time went well. */
    boolean wentWell(double after, double upTo) {
        for (int call = firstAfter(after); call < calls && at[call] <= upTo; call++) {
            if (counts(call) && !failed(call)) {
                return true;
            }
        }
        return false;
    }

    /** Calls that failed or wait up to a moment. */
    long harmed(double upTo) {
        long harmed = 0;
        for (int call = 0; call < calls && at[call] <= upTo; call++) {
            harmed += failed(call) || has(call, WAITS) ? 1 : 0;
        }
        return harmed;
    }

    /** Calls that wait since more than this. */
    long waiting(double now, double seconds) {
        long waiting = 0;
        for (int call = firstAfter(now - seconds) - 1; call >= 0 && has(call, WAITS); call--) {
            waiting++;
        }
        return waiting;
    }

    boolean probeLost(double second) {
        return lostProbes[Math.min(lostProbes.length - 1, (int) (second / PROBE_SLOT_SECONDS))];
    }

    boolean hangs(double second) {
        return scenario.phaseAt(second).hang();
    }

    double outage(double second) {
        return scenario.phaseAt(second).outageShare();
    }

    double memoryMb(double second) {
        double mb = MEMORY_MB;
        double before = 0;
        Scenario.Phase phase = scenario.phaseAt(0);
        for (Scenario.Phase next : scenario.canary()) {
            double until = Math.min(second, Math.max(before, next.fromSeconds()));
            mb += (until - before) / 60 * phase.leakMbPerMinute();
            before = until;
            phase = next.fromSeconds() <= second ? next : phase;
        }
        return mb + (second - before) / 60 * phase.leakMbPerMinute();
    }
}
