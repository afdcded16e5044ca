package io.weathervane.upgrade;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Waits for an upgrade, and tells how far it is meanwhile.
 *
 * @param now the upgrade at this moment
 * @param enough whether it is waited for no longer, although it has not ended
 */
record UpgradeWait(Supplier<UpgradeView> now, BooleanSupplier enough, Ticker ticker) {
    /** Between two looks: 50 ms. */
    private static final Duration LOOK = Duration.ofMillis(50);

    /**
     * Waits until the upgrade has ended, or it is enough, or the time is up.
     *
     * @param heard is told at the beginning, and whenever it has come further
     * @throws UpgradeRefusedException when the thread is interrupted, which it stays
     */
    UpgradeView atMost(Duration time, Consumer<UpgradeView> heard) {
        Stopwatch limit = new Stopwatch(ticker, time);
        UpgradeView last = now.get();
        heard.accept(last);
        while (true) {
            // Asked before the view is taken, which so is never older than the reason to show it.
            boolean over = enough.getAsBoolean() || limit.passed();
            UpgradeView next = now.get();
            if (!next.hasSameText(last)) {
                heard.accept(next);
            }
            if (over || next.ended()) {
                return next;
            }
            last = next;
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UpgradeRefusedException("interrupted; upgrade_status shows how the upgrade goes", e);
        }
    }
}
