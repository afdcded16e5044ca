package io.weathervane.bench;

import io.weathervane.flags.LiveFlags;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** A flag written by another program's SQL, from its commit until the server's readers see it. */
final class OutsideWrites {
    private static final double TARGET_P99_NANOS = 60e6;
    private static final long LOOK_NANOS = 20_000; // 20 us
    private static final long LOST_NANOS = 10_000_000_000L; // 10 s
    private static final int WARM_UP = 10;

    /** Longer than a poll interval, so that writes fall anywhere in it. */
    private static final int PAUSE_MAX_NANOS = 75_000_000;

    private final LiveFlags flags;
    private final BarePoll bare;
    private final Random random = new Random(7);
    private final Samples effective = new Samples();
    private final Samples withWrite = new Samples();
    private final Samples bareEffective = new Samples();

    private OutsideWrites(LiveFlags flags, BarePoll bare) {
        this.flags = flags;
        this.bare = bare;
    }

    static void measure(Pace pace, Results results) throws Exception {
        measure(pace, results, "jdbc", "another SQLite connection", OutsideWriter::jdbc);
        if (onPath("sqlite3")) {
            measure(pace, results, "sqlite3", "the sqlite3 program", OutsideWriter::program);
        }
    }

    private static boolean onPath(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static void measure(Pace pace, Results results, String name, String who, Opener opener) throws Exception {
        Path folder = Folders.in(results.folder());
        try (FlagsFixture fixture = FlagsFixture.open(folder);
                BarePoll bare = new BarePoll(fixture.database());
                OutsideWriter writer = opener.open(fixture.database())) {
            new OutsideWrites(fixture.flags(), bare).run(WARM_UP, writer);
            OutsideWrites writes = new OutsideWrites(fixture.flags(), bare);
            writes.run(pace.writes(), writer);
            writes.report(name, who, results);
        }
        Folders.delete(folder);
    }

    private void run(int count, OutsideWriter writer) throws IOException, SQLException {
        for (int i = 0; i < count; i++) {
            LockSupport.parkNanos(random.nextInt(PAUSE_MAX_NANOS));
            String value = flags.snapshot().value(OutsideWriter.FLAG).equals("compact") ? "verbose" : "compact";
            long begun = System.nanoTime();
            writer.write(value);
            await(value, begun, System.nanoTime());
        }
    }

    private void await(String value, long begun, long written) {
        long seen = 0;
        long bareSeen = 0;
        while (seen == 0 || bareSeen == 0) {
            long now = System.nanoTime();
            if (seen == 0 && flags.snapshot().value(OutsideWriter.FLAG).equals(value)) {
                seen = now;
            }
            if (bareSeen == 0 && bare.value().equals(value)) {
                bareSeen = now;
            }
            if (now - written > LOST_NANOS) {
                throw new IllegalStateException("a write was never seen");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        effective.add(Math.max(0, seen - written));
        withWrite.add(seen - begun);
        bareEffective.add(Math.max(0, bareSeen - written));
    }

    private void report(String name, String who, Results results) throws IOException {
        results.raw("outside-" + name, effective);
        results.raw("outside-" + name + "-with-write", withWrite);
        results.raw("outside-" + name + "-bare", bareEffective);
        results.row(Row.judged(
                "flag written by " + who + ": committed to effective",
                effective.show(),
                bareEffective.show() + ": bare 50 ms poll",
                Show.ratio(effective.percentile(99), bareEffective.percentile(99)) + " (p99)",
                "p99 <= 60 ms",
                effective.percentile(99) <= TARGET_P99_NANOS,
                "with the write itself p99 " + Show.nanos(withWrite.percentile(99)) + "; worst of " + effective.size()
                        + ": " + Show.nanos(effective.max())));
    }

    private interface Opener {
        OutsideWriter open(Path database) throws IOException, SQLException;
    }
}
