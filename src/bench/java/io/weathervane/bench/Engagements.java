package io.weathervane.bench;

import io.weathervane.audit.Actor;
import io.weathervane.flags.EngageResult;
import io.weathervane.flags.LiveFlags;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

/** The kill switch going on: until readers see it, and until it is on disk; bare commits in between. */
final class Engagements {
    private static final Actor ACTOR = new Actor("bench");
    private static final int WARM_UP = 20;

    private Engagements() {}

    static void measure(Pace pace, Results results) throws IOException, SQLException, InterruptedException {
        Path folder = Folders.in(results.folder());
        try (FlagsFixture fixture = FlagsFixture.open(folder);
                BareCommits bare = new BareCommits(folder)) {
            Samples seen = new Samples();
            Samples durable = new Samples();
            Samples commits = new Samples();
            for (int i = -WARM_UP; i < pace.commits(); i++) {
                boolean counts = i >= 0;
                long commit = bare.nanos();
                engage(fixture.flags(), counts ? seen : new Samples(), counts ? durable : new Samples());
                if (counts) {
                    commits.add(commit);
                }
            }
            results.raw("engage-durable", durable);
            results.raw("engage-seen", seen);
            results.raw("bare-commit", commits);
            rows(results, seen, durable, commits);
        }
        Folders.delete(folder);
    }

    private static void rows(Results results, Samples seen, Samples durable, Samples commits) throws IOException {
        results.row(Row.of(
                "kill switch: engage until readers see it",
                seen.show(),
                commits.show() + ": bare commit",
                Show.ratio(seen.median(), commits.median()),
                "memory first, then the database"));
        results.row(Row.of(
                "kill switch: engage until it is on disk",
                durable.show(),
                commits.show() + ": bare commit",
                Show.ratio(durable.median(), commits.median()),
                "bounded by one fsync; writes the flags, their history and the audit in one commit"));
    }

    private static void engage(LiveFlags flags, Samples seen, Samples durable) throws InterruptedException {
        Observer observer = new Observer(flags);
        Thread thread = new Thread(observer, "observer");
        thread.start();
        while (!observer.looking) {
            Thread.onSpinWait();
        }
        long begun = System.nanoTime();
        EngageResult engageResult = flags.engage("bench", ACTOR, Optional.empty());
        durable.add(System.nanoTime() - begun);
        thread.join();
        seen.add(Math.max(0, observer.seenAt - begun));
        if (engageResult.alreadyEngaged() || !flags.killSwitch().durable()) {
            throw new IllegalStateException("not engaged: " + engageResult);
        }
        flags.resetKillSwitch("bench", ACTOR, Optional.of("bench"), Optional.empty(), /* forced= */ true);
    }

    /** A reader that looks without a pause. */
    private static final class Observer implements Runnable {
        private final LiveFlags flags;
        private volatile boolean looking;
        private long seenAt;

        Observer(LiveFlags flags) {
            this.flags = flags;
        }

        @Override
        public void run() {
            looking = true;
            while (!flags.snapshot().killSwitchEngaged()) {
                Thread.onSpinWait();
            }
            seenAt = System.nanoTime();
        }
    }
}
