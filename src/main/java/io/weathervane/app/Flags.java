package io.weathervane.app;

import io.weathervane.audit.StateLoss;
import io.weathervane.core.ServerContext;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.FlagPollingOptions;
import io.weathervane.flags.LiveFlags;
import io.weathervane.util.Closer;
import java.util.Optional;

/**
 * The live flags and the kill switch.
 *
 * @param catalog every flag there is
 * @param lostState what was lost before this start, which engages the kill switch when it was on by it
 */
public record Flags(FlagCatalog catalog, LiveFlags live, LostStateNotice lostState) {
    /** Seeds and reads them, and follows the database from now on. */
    public static Flags start(
            Closer closer,
            ServerContext serverContext,
            FlagCatalog catalog,
            Optional<StateLoss> loss,
            FlagPollingOptions polling) {
        LiveFlags live = closer.register(LiveFlags.start(
                serverContext.database(),
                serverContext.audit(),
                catalog,
                serverContext.events(),
                serverContext.time(),
                polling));
        return new Flags(catalog, live, new LostStateNotice(loss, live));
    }
}
