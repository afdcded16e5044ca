package io.weathervane.flags;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.event.EventBus;
import io.weathervane.store.Database;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreException;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.FakeClock;
import io.weathervane.util.Ticker;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/** How often the tables of the flags are read, with every poll made by the test's own thread. */
class FlagTableReadsTest {
    private static final Set<String> TRANSACTIONS =
            Set.of("read", "readPromptly", "write", "writeBriefly", "tryBriefly");

    @TempDir
    Path folder;

    private final FakeClock clock = FakeClock.atNoon();
    private SqliteDatabase database;
    private AuditLog audit;
    private FlagStore store;
    private FlagCache cache;
    private FlagDatabasePoller poller;
    private DirectSql sqlite;
    private int reads;

    @BeforeEach
    void start() {
        Path file = folder.resolve("orchestrator.db");
        database = SqliteDatabase.open(file, StoreOptions.defaults());
        audit = new AuditLog(database, clock);
        store = new FlagStore(counting(database), audit, FlagCatalog.builtIn(), clock);
        cache = new FlagCache(store.start(), new EventBus(), clock);
        poller = new FlagDatabasePoller(
                store,
                cache,
                new EventBus(),
                clock,
                Ticker.system(),
                new FlagPollingOptions(Duration.ofMillis(1), Duration.ofSeconds(5)));
        sqlite = new DirectSql(file);
        polls();
        reads = 0;
    }

    @AfterEach
    void stop() {
        database.close();
    }

    /** Each transaction that the flags ask for reads their tables, and nothing else does. */
    private Database counting(Database counted) {
        return (Database) Proxy.newProxyInstance(
                Database.class.getClassLoader(), new Class<?>[] {Database.class}, (proxy, method, arguments) -> {
                    reads += TRANSACTIONS.contains(method.getName()) ? 1 : 0;
                    try {
                        return method.invoke(counted, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void polls() {
        for (int i = 0; i < 5; i++) {
            poller.poll();
        }
    }

    private void set(String key, String value) {
        store.commit(cache, transaction -> transaction.set(Map.of(key, value), new Actor("alice"), "test"));
    }

    private String value(String key) {
        return cache.snapshot().value(key);
    }

    @Test
    void aCommitOfOursIsReadByItselfAndByNoPoll() {
        set("PROMPT_MODE", "verbose");
        polls();

        assertThat(reads).isEqualTo(1);
        assertThat(value("PROMPT_MODE")).isEqualTo("verbose");
    }

    @Test
    void aCommitOfAnotherProgramIsReadOnceAndTheOneThatAuditsItOnce() {
        sqlite.run("UPDATE settings SET value = 'verbose' WHERE key = 'PROMPT_MODE'");
        poller.poll();
        assertThat(value("PROMPT_MODE")).isEqualTo("verbose");
        polls();

        assertThat(reads).isEqualTo(2);
        assertThat(audit.after(0, 100)).anyMatch(event -> event.actor().equals(Actor.DIRECT_SQL));
    }

    @Test
    void whatElseThisServerWritesIsNoReasonToRead() {
        audit.append(NewAuditEvent.of(AuditKind.STORE_RECOVERED, Actor.SYSTEM, JsonNodeFactory.instance.objectNode()));
        polls();

        assertThat(reads).isZero();
    }

    @Test
    void anotherProgramsCommitBetweenTwoOfOursIsSeen() {
        set("PROMPT_MODE", "verbose");
        sqlite.run("UPDATE settings SET value = '1' WHERE key = 'UI_ENABLED'");
        set("SANDBOX_MODE", "pool");
        sqlite.run("UPDATE settings SET value = 'compact' WHERE key = 'PROMPT_MODE'");
        polls();

        assertThat(value("UI_ENABLED")).isEqualTo("1");
        assertThat(value("PROMPT_MODE")).isEqualTo("compact");
    }

    @Test
    void afterACommitThatFailedTheTablesAreReadAgain() {
        try {
            store.commit(cache, transaction -> {
                throw new StoreException(StoreException.Kind.FAILED, "who knows what was written");
            });
        } catch (StoreException e) {
            assertThat(e).hasMessageContaining("who knows");
        }
        reads = 0;
        polls();

        assertThat(reads).isEqualTo(1);
    }
}
