package io.weathervane.bench;

import io.weathervane.app.Workers;
import io.weathervane.core.ServerContext;
import io.weathervane.store.SameTransactionWriter;
import io.weathervane.util.Closer;
import io.weathervane.worker.AdditionalSwitchRecordSource;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerPolicy;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerSwitchResult;
import io.weathervane.worker.WorkersConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Promotions and rollbacks of real sample workers while eight threads call them without a pause. */
final class SwitchBench {
    private static final String STABLE = "stable";
    private static final String CANARY = "canary";
    private static final double TARGET_NANOS = 10e6;

    private final WorkerManager manager;
    private final Samples canaryStart = new Samples();
    private final Samples promotion = new Samples();
    private final Samples promoted = new Samples();
    private final Samples flip = new Samples();
    private final Samples restored = new Samples();
    private final Samples commits = new Samples();

    private SwitchBench(WorkerManager manager) {
        this.manager = manager;
    }

    static void measure(Pace pace, Results results) throws Exception {
        Path folder = Folders.in(results.folder());
        try (Closer closer = new Closer();
                BareCommits bare = new BareCommits(folder)) {
            WorkersConfig config = WorkersConfig.of(
                    Map.of(STABLE, release(STABLE), CANARY, release(CANARY)),
                    Optional.of(STABLE),
                    WorkerPolicy.defaults());
            ServerContext context = closer.register(BenchContext.open(folder));
            WorkerManager manager = Workers.prepare(closer, context, config, Workers.statusFile(context))
                    .manager();
            manager.start();
            new SwitchBench(manager).run(pace.switches(), bare, results);
        }
        Folders.delete(folder);
    }

    private static WorkerRelease release(String label) {
        return WorkerRelease.of(label, WorkerProtocol.MCP, sampleWorker(label));
    }

    /** The command line of a sample worker. */
    static List<String> sampleWorker(String label) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(
                java,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.weathervane.sample.SampleWorker",
                "--label",
                label);
    }

    private void run(int count, BareCommits bare, Results results) throws Exception {
        Callers callers = new Callers(manager);
        try (callers) {
            switchOnce(callers);
            clear();
            for (int i = 0; i < count; i++) {
                switchOnce(callers);
                commits.add(bare.nanos());
            }
        }
        report(count, callers, results);
    }

    private void clear() {
        List.of(canaryStart, promotion, promoted, flip, restored).forEach(Samples::clear);
    }

    private void switchOnce(Callers callers) throws InterruptedException {
        long begun = System.nanoTime();
        manager.startCanary(CANARY);
        canaryStart.add(System.nanoTime() - begun);

        callers.expect(CANARY);
        long promote = System.nanoTime();
        manager.promote(SameTransactionWriter.none());
        promotion.add(System.nanoTime() - promote);
        promoted.add(callers.awaitFirst() - promote);

        callers.expect(STABLE);
        long decision = System.nanoTime();
        WorkerSwitchResult done = manager.switchToActive(AdditionalSwitchRecordSource.NONE);
        flip.add(done.flipNanos());
        restored.add(callers.awaitFirst() - decision);
        manager.disposeReplaced().drained().join();
    }

    private void report(int count, Callers callers, Results results) throws IOException {
        results.raw("switch-restored", restored);
        results.raw("switch-promoted", promoted);
        results.raw("switch-flip", flip);
        results.raw("switch-call", callers.latencies());
        Samples call = callers.latencies();
        results.row(Row.judged(
                "rollback decided to first answer of the restored worker",
                "p50 " + Show.nanos(restored.median()) + ", worst " + Show.nanos(restored.max()),
                call.show() + ": one call, " + Callers.COUNT + " in flight",
                Show.ratio(restored.median(), call.median()),
                "< 10 ms",
                restored.max() < TARGET_NANOS,
                "the flip itself " + flip.show() + "; " + restored.size() + " times"));
        results.row(Row.of(
                "promotion, from the request to its record on disk",
                promotion.show(),
                commits.show() + ": bare commit under the same load",
                Show.ratio(promotion.median(), commits.median()),
                "with the canary's probe; canary's start to ready p50 " + Show.nanos(canaryStart.median())));
        results.row(Row.judged(
                "calls lost by " + count + " promotions and " + count + " rollbacks under load",
                Long.toString(callers.lost()),
                Show.number(callers.calls()) + " calls made",
                "",
                "0",
                callers.lost() == 0,
                Callers.COUNT + " threads calling two sample workers"));
    }
}
