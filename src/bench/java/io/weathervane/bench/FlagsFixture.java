package io.weathervane.bench;

import io.weathervane.app.Flags;
import io.weathervane.core.ServerContext;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.FlagPollingOptions;
import io.weathervane.flags.LiveFlags;
import io.weathervane.util.Closer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The flags of a server, on a workspace of their own.
 *
 * @param database the file that they are in
 * @param closer ends them
 */
record FlagsFixture(Path database, LiveFlags flags, Closer closer) implements AutoCloseable {
    static FlagsFixture open(Path folder) {
        Closer closer = new Closer();
        ServerContext context = closer.register(BenchContext.open(folder));
        Flags flags =
                Flags.start(closer, context, FlagCatalog.builtIn(), Optional.empty(), FlagPollingOptions.defaults());
        return new FlagsFixture(context.workspace().database(), flags.live(), closer);
    }

    @Override
    public void close() {
        closer.close();
    }
}
