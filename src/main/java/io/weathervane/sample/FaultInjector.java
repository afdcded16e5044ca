package io.weathervane.sample;

import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import java.util.Random;

/** Decides, call by call, whether the worker misbehaves. Safe for use by several threads. */
final class FaultInjector {
    private final SampleOptions options;
    private final Stopwatch running;
    private final Random random;
    private int calls;

    FaultInjector(SampleOptions options, Ticker ticker) {
        this.options = options;
        this.running = new Stopwatch(ticker);
        this.random = new Random(options.label().hashCode());
    }

    /** Fault that one call gets. */
    enum Manner {
        GOOD,
        FAIL,
        HANG,
        GARBAGE,
        EMPTY,
        HUGE,
        EXIT
    }

    /** Counts the call of this tool and says how it is treated. The same label fails the same calls each time. */
    synchronized Manner next(String tool) {
        calls++;
        if (!begun() || !tool.equals(options.text("fail-tool", tool))) {
            return Manner.GOOD;
        }
        if (options.has("exit-on-call")) {
            return Manner.EXIT;
        }
        if (options.has("hang")) {
            return Manner.HANG;
        }
        if (options.has("garbage")) {
            return Manner.GARBAGE;
        }
        if (options.has("empty-reply")) {
            return Manner.EMPTY;
        }
        if (options.has("huge-reply-mb")) {
            return Manner.HUGE;
        }
        return random.nextDouble() < options.failRate() ? Manner.FAIL : Manner.GOOD;
    }

    synchronized boolean healthy() {
        return !(options.has("health-false") && begun());
    }

    private boolean begun() {
        boolean timeCame =
                options.duration("fail-after").map(running::hasRunFor).orElse(true);
        boolean callsCame =
                options.number("fail-after-calls").map(after -> calls > after).orElse(true);
        return timeCame && callsCame;
    }
}
