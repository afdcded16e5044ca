package io.weathervane.app;

import io.weathervane.audit.StateLoss;
import io.weathervane.core.ServerContext;
import io.weathervane.event.EventBus;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.FlagPollingOptions;
import io.weathervane.flags.LiveFlags;
import io.weathervane.ofrep.OfrepFlags;
import io.weathervane.reader.FlagReaders;
import io.weathervane.transport.http.OfrepServices;
import io.weathervane.util.Closer;
import java.util.Optional;

/**
 * The live flags and the kill switch.
 *
 * @param lostState what was lost before this start, which engages the kill switch when it was on by it
 * @param readers who reads them outside of this process
 */
public record Flags(LiveFlags live, LostStateNotice lostState, FlagReaders readers) {
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
        FlagReaders readers = new FlagReaders(() -> live.snapshot().epoch(), serverContext.ticker());
        closer.register(new EpochFollower(live, readers::changed).follow(serverContext.events()));
        closer.register(KillAcknowledgementRecorder.follow(readers, serverContext.audit(), serverContext.events()));
        return new Flags(live, new LostStateNotice(loss, live), readers);
    }

    /** The flags as OFREP serves them. */
    OfrepServices ofrep(EventBus events) {
        return new OfrepServices(
                new OfrepFlags(live::snapshot),
                readers,
                changed -> new EpochFollower(live, changed).follow(events)::close);
    }
}
