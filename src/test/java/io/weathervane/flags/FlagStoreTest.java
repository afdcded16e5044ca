package io.weathervane.flags;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.event.EventBus;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.FakeClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/** What others changed is in effect at once; what follows from it is written later, and is right whenever that is. */
class FlagStoreTest {
    private static final Actor DANA = new Actor("dana");
    private static final String ENGAGE = "UPDATE settings SET value = '1' WHERE key = 'DISABLE_NEW'";

    @TempDir
    Path folder;

    private final FakeClock clock = FakeClock.atNoon();
    private DirectSql sqlite;
    private SqliteDatabase database;
    private AuditLog audit;
    private FlagStore store;
    private FlagCache cache;

    @BeforeEach
    void open() {
        Path file = folder.resolve("orchestrator.db");
        sqlite = new DirectSql(file);
        database = SqliteDatabase.open(file, StoreOptions.defaults());
        audit = new AuditLog(database, clock);
        store = new FlagStore(database, audit, FlagCatalog.builtIn(), clock);
        cache = new FlagCache(store.start(), new EventBus(), clock);
        store.writeBeforeNextEvent(cache);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theNextStartAuditsWhatADeadServerHadPutOff() {
        store.commit(cache, transaction -> transaction.set(Map.of("PROMPT_MODE", "verbose"), DANA, "set"));
        sqlite.run(ENGAGE);
        assertThat(followed(FlagStore.Writing.NOT_YET)).isEqualTo(FlagStore.Followed.READ);
        assertThat(cache.snapshot().killSwitchEngaged()).isTrue();
        assertThat(cache.snapshot().value("PROMPT_MODE")).isEqualTo("compact");
        assertThat(kinds()).doesNotContain("kill-switch-activated");
        database.close();

        open();

        assertThat(cache.snapshot().killSwitchEngaged()).isTrue();
        assertThat(kinds()).containsOnlyOnce("kill-switch-activated");
        assertThat(changes("DISABLE_NEW")).isEqualTo(1);
        assertThat(stored().rows().get("PROMPT_MODE").text()).isEqualTo("compact");
    }

    @Test
    void whatHappensNextComesAfterItInTheAudit() {
        sqlite.run(ENGAGE);
        followed(FlagStore.Writing.NOT_YET);

        long seq = audit.append(noted()).seq();

        assertThat(audit.after(seq - 2, 1).get(0).kind()).isEqualTo(AuditKind.KILL_SWITCH_ACTIVATED);
        assertThat(followed(FlagStore.Writing.BY_ALL_MEANS)).isEqualTo(FlagStore.Followed.DONE);
        assertThat(changes("DISABLE_NEW")).isEqualTo(1);
    }

    @Test
    void whatIsWrittenLateComesAfterItInTheAudit() {
        sqlite.run(ENGAGE);
        followed(FlagStore.Writing.NOT_YET);

        assertThat(audit.appendLate(noted()).within(Duration.ofSeconds(20))).isTrue();

        List<AuditEvent> events = audit.after(0, 100);
        assertThat(events.get(events.size() - 2).kind()).isEqualTo(AuditKind.KILL_SWITCH_ACTIVATED);
    }

    @Test
    void knowsWithoutReadingWhatItHasWritten() {
        EngagementRecord engagement = new EngagementRecord(clock.instant(), DANA, "errors", Optional.of("p-1"));
        assertKnown(store.commit(cache, transaction -> transaction.set(Map.of("PROMPT_MODE", "verbose"), DANA, "set")));
        assertKnown(store.commit(cache, transaction -> transaction.engage(engagement)));
        sqlite.run("INSERT INTO settings (key, value) VALUES ('MY_NOTE', 'é \"quoted\"');"
                + " UPDATE settings SET value = 'wsjf' WHERE key = 'SCHEDULER_MODE';"
                + " DELETE FROM settings WHERE key = 'UI_ENABLED'");
        assertKnown(store.commit(cache, FlagStore.Command.none()));
        assertKnown(store.commit(cache, transaction -> transaction.reset(KillSwitchResetRecord.of("fixed", DANA))));
        assertKnown(store.commit(cache, FlagStore.Command.none()));
    }

    private void assertKnown(FlagStore.Committed committed) {
        assertThat(committed.reconciler().stored()).isEqualTo(stored());
    }

    private FlagTablesSnapshot stored() {
        return database.read(sql -> FlagTablesSnapshot.load(sql, FlagCatalog.builtIn()));
    }

    private FlagStore.Followed followed(FlagStore.Writing writing) {
        return store.follow(cache, /* changed= */ true, writing);
    }

    private static NewAuditEvent noted() {
        return NewAuditEvent.of(AuditKind.EVIDENCE_COLLECTED, DANA, JsonNodeFactory.instance.objectNode());
    }

    private List<String> kinds() {
        return audit.after(0, 1_000).stream()
                .map(event -> event.kind().wireName())
                .toList();
    }

    private long changes(String key) {
        return audit.after(0, 1_000).stream()
                .filter(event -> event.kind() == AuditKind.FLAG_CHANGED)
                .filter(event -> event.payload().get("key").stringValue().equals(key))
                .count();
    }
}
