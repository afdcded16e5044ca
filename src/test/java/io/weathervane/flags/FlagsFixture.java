package io.weathervane.flags;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.weathervane.app.Flags;
import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.core.ServerContext;
import io.weathervane.event.Event;
import io.weathervane.event.EventType;
import io.weathervane.store.Database;
import io.weathervane.store.StoreOptions;
import io.weathervane.store.WriteLag;
import io.weathervane.testing.Await;
import io.weathervane.testing.FakeClock;
import io.weathervane.util.Closer;
import io.weathervane.util.Ticker;
import io.weathervane.util.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** A server's flags on a real file, which can be stopped and started again, and everything it said meanwhile. */
final class FlagsFixture implements AutoCloseable {
    static final FlagPollingOptions QUICK = new FlagPollingOptions(Duration.ofMillis(10), Duration.ofMillis(300));
    private static final StoreOptions STORE = new StoreOptions(Duration.ofSeconds(1), 4L << 30);

    private final Workspace workspace;
    final Path file;
    final FakeClock clock = FakeClock.atNoon();
    final List<Event> events = new CopyOnWriteArrayList<>();
    final DirectSql sqlite;
    private final List<String> log = new CopyOnWriteArrayList<>();

    /** Whose threads these are, because tests of other classes log through the same logger at the same time. */
    private static final InheritableThreadLocal<FlagsFixture> OWNER = new InheritableThreadLocal<>();

    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (OWNER.get() == FlagsFixture.this) {
                log.add(event.getFormattedMessage());
            }
        }
    };
    private StoreOptions store = STORE;
    private FlagCatalog catalog = FlagCatalog.builtIn();
    private Closer running = new Closer();
    private ServerContext context;
    private LiveFlags flags;

    FlagsFixture(Path folder) {
        workspace = Workspace.in(folder).create();
        file = workspace.database();
        sqlite = new DirectSql(file);
        OWNER.set(this);
        appender.start();
        logger().setLevel(Level.INFO);
        logger().addAppender(appender);
    }

    static FlagsFixture started(Path folder) {
        FlagsFixture fixture = new FlagsFixture(folder);
        fixture.start();
        return fixture;
    }

    FlagsFixture with(StoreOptions options) {
        store = options;
        return this;
    }

    FlagsFixture with(FlagCatalog other) {
        catalog = other;
        return this;
    }

    LiveFlags start() {
        OWNER.set(this);
        running = new Closer();
        context = running.register(ServerContext.open(workspace, store, clock, Ticker.system()));
        context.events().subscribe(events::add);
        flags = Flags.start(running, context, catalog, Optional.empty(), QUICK).live();
        return flags;
    }

    void stop() {
        running.close();
    }

    LiveFlags restart() {
        stop();
        return start();
    }

    LiveFlags flags() {
        return flags;
    }

    Database database() {
        return context.database();
    }

    AuditLog audit() {
        return context.audit();
    }

    /** The audit, oldest first. */
    List<AuditEvent> audited(AuditKind kind) {
        awaitWritten();
        return audit().after(0, 10_000).stream()
                .filter(event -> event.kind() == kind)
                .toList();
    }

    /** Changes in the audit as {@code KEY: from -> to by actor}. */
    List<String> auditedChanges() {
        return audited(AuditKind.FLAG_CHANGED).stream()
                .map(event -> event.payload().get("key").stringValue() + ": "
                        + text(event, "from") + " -> " + text(event, "to") + " by "
                        + event.actor().name())
                .toList();
    }

    private static String text(AuditEvent event, String field) {
        return Optional.ofNullable(event.payload().get(field))
                .map(node -> node.asString("none"))
                .orElse("none");
    }

    List<EventType> eventTypes() {
        return events.stream().map(Event::type).toList();
    }

    List<String> log() {
        return List.copyOf(log);
    }

    void awaitFlag(String key, String value) {
        Await.until(key + "=" + value, () -> flags.snapshot().value(key).equals(value));
    }

    void awaitRow(String key, String value) {
        Await.until("row " + key + "|" + value, () -> row(key).equals(Optional.of(value)));
    }

    /** Waits until all that was written by SQL has been taken in. */
    void awaitAdopted() {
        Await.until(
                "everything adopted",
                () -> database()
                        .read(sql -> sql.first("SELECT 1 FROM settings_history WHERE audit_seq IS NULL", row -> true)
                                .isEmpty()));
    }

    /** The row's value; one that is not text is shown as SQL would write it. */
    Optional<String> row(String key) {
        awaitWritten();
        return database()
                .read(sql -> sql.first(
                        "SELECT CASE typeof(value) WHEN 'text' THEN value ELSE quote(value) END AS shown FROM settings"
                                + " WHERE key = ?",
                        row -> row.text("shown"),
                        key));
    }

    /** An engagement may be written a moment later (ADR 16): waits for that, unless it cannot be. */
    private void awaitWritten() {
        Await.until("what happened is written", () -> {
            WriteLag lag = database().deferredWrites().lag();
            return lag.waiting() == 0 || lag.failure().isPresent();
        });
    }

    Map<String, String> defaultsBut(String key, String value) {
        Map<String, String> values = new HashMap<>(catalog.defaults());
        values.put(key, value);
        return values;
    }

    @Override
    public void close() {
        forget();
        stop();
    }

    /** Stops listening to the log, for a test that starts its parts itself. */
    void forget() {
        logger().detachAppender(appender);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(LiveFlags.class);
    }
}
