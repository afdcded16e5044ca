package io.weathervane.bench;

import io.weathervane.core.ServerContext;
import io.weathervane.store.StoreOptions;
import io.weathervane.util.Ticker;
import io.weathervane.util.Workspace;
import java.nio.file.Path;
import java.time.Clock;

/** What the modules of a server share, on a workspace that only a measurement has. */
final class BenchContext {
    private BenchContext() {}

    static ServerContext open(Path folder) {
        return ServerContext.open(
                Workspace.in(folder).create(), StoreOptions.defaults(), Clock.systemUTC(), Ticker.system());
    }
}
