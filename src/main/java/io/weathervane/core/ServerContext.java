package io.weathervane.core;

import io.weathervane.audit.AuditLog;
import io.weathervane.event.EventBus;
import io.weathervane.store.Database;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.util.Ticker;
import io.weathervane.util.TimeSource;
import io.weathervane.util.Workspace;
import java.time.Clock;

/**
 * The workspace that a server owns, and what all its modules share.
 *
 * @param events what happens, on the publisher's thread
 * @param clock the wall clock, for what is stored or shown
 * @param ticker elapsed time, for what is waited for or compared
 */
public record ServerContext(
        Workspace workspace, Database database, AuditLog audit, EventBus events, Clock clock, Ticker ticker)
        implements AutoCloseable {
    /**
     * Opens the database of the workspace.
     *
     * @throws io.weathervane.store.StoreException when it cannot be opened
     */
    public static ServerContext open(Workspace workspace, StoreOptions options, Clock clock, Ticker ticker) {
        Database database = SqliteDatabase.open(workspace.database(), options, ticker);
        return new ServerContext(workspace, database, new AuditLog(database, clock), new EventBus(), clock, ticker);
    }

    /** The same for one of several services: what it puts into the audit names it. */
    public ServerContext ofService(String name) {
        return new ServerContext(workspace, database, audit.ofService(name), events, clock, ticker);
    }

    /** Part of it that its transports and live flags get. */
    public TimeSource time() {
        return new TimeSource(clock, ticker);
    }

    @Override
    public void close() {
        database.close();
    }
}
