package io.weathervane.upgrade;

import io.weathervane.upgrade.StepOutcome.Failed;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** What a step sees of the upgrade that it belongs to. */
final class Scene {
    /** How often a step that waits looks whether it still should. */
    static final Duration LOOK = Duration.ofMillis(100);

    private final Upgrade upgrade;
    private final Folder folder;
    private final Halt halt;
    private final Lookout lookout;
    private final Consumer<String> said;

    /** @param said is told what the step is doing, in words */
    Scene(Upgrade upgrade, Folder folder, Halt halt, Lookout lookout, Consumer<String> said) {
        this.upgrade = upgrade;
        this.folder = folder;
        this.halt = halt;
        this.lookout = lookout;
        this.said = said;
    }

    Upgrade upgrade() {
        return upgrade;
    }

    Folder folder() {
        return folder;
    }

    Lookout lookout() {
        return lookout;
    }

    /** Why the upgrade cannot go on; empty while it can. */
    Optional<String> problem() {
        return lookout.problem();
    }

    void say(String what) {
        said.accept(what);
    }

    void pause(Duration atMost) throws InterruptedException {
        halt.pause(atMost);
    }

    /** Waits so long; ends early with why the upgrade cannot go on. */
    Optional<StepOutcome> waitFor(Duration time, Ticker ticker) throws InterruptedException {
        long begun = ticker.nanos();
        while (true) {
            Optional<String> problem = problem();
            if (problem.isPresent()) {
                return Optional.of(new Failed(problem.get()));
            }
            Duration left = time.minusNanos(ticker.nanos() - begun);
            if (left.isNegative() || left.isZero()) {
                return Optional.empty();
            }
            pause(left.compareTo(LOOK) < 0 ? left : LOOK);
        }
    }
}
