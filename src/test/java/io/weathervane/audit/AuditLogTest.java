package io.weathervane.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreException;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.FakeClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class AuditLogTest {
    @TempDir
    Path folder;

    private final FakeClock clock = FakeClock.atNoon();
    private SqliteDatabase database;
    private AuditLog log;

    @BeforeEach
    void open() {
        database = SqliteDatabase.open(folder.resolve("audit.db"), StoreOptions.defaults());
        log = new AuditLog(database, clock);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void refusesToChangeOrRemoveAnEvent() {
        append(AuditKind.SERVER_STARTED, "first");

        for (String statement : List.of(
                "UPDATE audit_events SET actor = 'nobody'",
                "DELETE FROM audit_events",
                "DELETE FROM audit_head",
                "INSERT OR REPLACE INTO audit_events SELECT 1, at, kind, 'nobody', promotion_id, decision, payload,"
                        + " prev_hash, hash FROM audit_events")) {
            assertThatThrownBy(() -> database.write(sql -> sql.update(statement)))
                    .as(statement)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("audit_");
        }
        assertThat(log.event(1).orElseThrow().actor()).isEqualTo(new Actor("ada"));
    }

    @Test
    void recordsNoSecretWhereverItStandsAndStaysVerifiable() {
        ObjectNode payload =
                AuditPayloadJson.MAPPER.createObjectNode().put("reason", "saw password=hunter2 in the log");
        payload.putArray("command").add("deploy").add("--token").add("hunter2");

        log.append(NewAuditEvent.of(AuditKind.KILL_SWITCH_ACTIVATED, new Actor("ada token=hunter2"), payload));

        AuditEvent event = log.event(1).orElseThrow();
        assertThat(event.payload().path("reason").asString("")).isEqualTo("saw password=[redacted] in the log");
        assertThat(event.payload() + event.actor().name()).doesNotContain("hunter2");
        String stored = database.read(
                        sql -> sql.first("SELECT payload || actor AS told FROM audit_events", row -> row.text("told")))
                .orElseThrow();
        assertThat(stored).doesNotContain("hunter2");
        assertThat(AuditVerifier.verify(log, database, folder).intact()).isTrue();
    }

    @Test
    void anUndoneTransactionLeavesNoEventAndWakesNobody() {
        List<String> woken = new ArrayList<>();
        log.onAppend(event -> woken.add("woken"));

        assertThatThrownBy(() -> database.write(sql -> {
                    log.append(sql, entry(AuditKind.FLAG_CHANGED, "undone"));
                    throw new IllegalArgumentException("undone");
                }))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(log.lastSeq()).isZero();
        assertThat(woken).isEmpty();
        append(AuditKind.FLAG_CHANGED, "done");
        assertThat(log.lastSeq()).isEqualTo(1);
        assertThat(woken).containsExactly("woken");
    }

    @Test
    void refusesACursorThatIsNone() {
        assertThatThrownBy(() -> AuditQuery.newest(1).after("1; DROP TABLE audit_events"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nextCursor");
    }

    @Test
    void refusesALimitOutOfRange() {
        assertThatThrownBy(() -> AuditQuery.newest(501)).hasMessageContaining("1 to 500");
        assertThatThrownBy(() -> AuditQuery.newest(0)).hasMessageContaining("1 to 500");
    }

    @Test
    void anEventOfAnUnknownKindOrWithABrokenPayloadStopsNoReader() {
        append(AuditKind.FLAG_CHANGED, "ours");
        database.write(
                sql -> sql.update("INSERT INTO audit_events VALUES (2, 0, 'gossip', 'x', NULL, NULL, '{}', '', '')"));
        database.write(
                sql -> sql.update("INSERT INTO audit_events VALUES (3, 0, 'decision', 'x', NULL, NULL, '{', '', '')"));
        append(AuditKind.FLAG_CHANGED, "ours again");

        assertThat(log.after(0, 10)).extracting(AuditEvent::seq).containsExactly(1L, 3L, 4L);
        assertThat(log.event(3).orElseThrow().payload().path("unreadable").stringValue())
                .isEqualTo("{");
    }

    @Test
    void cutsAPayloadThatIsTooLongAndSaysSo() {
        ObjectNode payload = AuditPayloadJson.MAPPER.createObjectNode().put("value", "x".repeat(3_000_000));

        AuditEvent event = log.append(NewAuditEvent.of(AuditKind.FLAG_CHANGED, Actor.DIRECT_SQL, payload));

        assertThat(event.payload().path("length").intValue()).isGreaterThan(3_000_000);
        assertThat(event.payload().path("beginning").stringValue()).hasSize(65536);
    }

    @Test
    void eachEventCarriesTheHashOfTheOneBefore() throws Exception {
        AuditEvent first = log.append(NewAuditEvent.forPromotion(
                        AuditKind.DECISION,
                        Actor.SYSTEM,
                        "p-1",
                        AuditPayloadJson.MAPPER.createObjectNode().put("reason", "é\n\""))
                .withDecision("rollback"));
        AuditEvent second = append(AuditKind.KILL_SWITCH_ACTIVATED, "bad night");

        assertThat(first.previousHash()).isEqualTo("0".repeat(64));
        assertThat(second.previousHash()).isEqualTo(first.hash());
        assertThat(first.hash())
                .isEqualTo(sha256("1:1,13:" + clock.millis() + ",8:decision,6:system,3:p-1,8:rollback,19:"
                        + "{\"reason\":\"é\\n\\\"\"},64:" + "0".repeat(64) + ","));
        assertThat(log.event(1)).contains(first);
    }

    @Test
    void neverGivesThePlaceOfACutEventAwayAgain() {
        append(AuditKind.FLAG_CHANGED, "one");
        AuditEvent cut = append(AuditKind.FLAG_CHANGED, "two");
        database.write(sql -> {
            sql.update("DROP TRIGGER audit_events_refuses_delete");
            return sql.update("DELETE FROM audit_events WHERE seq = 2");
        });

        AuditEvent next = append(AuditKind.FLAG_CHANGED, "three");

        assertThat(next.seq()).isEqualTo(3);
        assertThat(next.previousHash()).isEqualTo(cut.hash());
    }

    @Test
    void readsNewestFirstPageByPageWhileEventsAreAdded() {
        for (int i = 1; i <= 5; i++) {
            append(AuditKind.FLAG_CHANGED, "n" + i);
        }

        AuditPage first = log.query(AuditQuery.newest(2));
        append(AuditKind.FLAG_CHANGED, "n6");
        AuditPage second =
                log.query(AuditQuery.newest(2).after(first.nextCursor().orElseThrow()));
        AuditPage third =
                log.query(AuditQuery.newest(2).after(second.nextCursor().orElseThrow()));

        assertThat(first.events()).extracting(AuditEvent::seq).containsExactly(5L, 4L);
        assertThat(second.events()).extracting(AuditEvent::seq).containsExactly(3L, 2L);
        assertThat(third.events()).extracting(AuditEvent::seq).containsExactly(1L);
        assertThat(third.nextCursor()).isEmpty();
    }

    @Test
    void filtersByTimeKindDecisionActorAndPromotion() {
        Instant start = clock.instant();
        append(AuditKind.FLAG_CHANGED, "1");
        clock.advance(Duration.ofMinutes(1));
        ObjectNode none = AuditPayloadJson.MAPPER.createObjectNode();
        log.append(NewAuditEvent.forPromotion(AuditKind.DECISION, Actor.SYSTEM, "p-1", none)
                .withDecision("degrade"));
        clock.advance(Duration.ofMinutes(1));
        log.append(NewAuditEvent.forPromotion(AuditKind.DECISION, Actor.SYSTEM, "p-2", none)
                .withDecision("rollback"));
        append(AuditKind.KILL_SWITCH_ACTIVATED, "4");

        assertThat(seqs(between(start, start.plusSeconds(60)))).containsExactly(1L);
        assertThat(seqs(between(start.plusSeconds(60), start.plusSeconds(61)))).containsExactly(2L);
        assertThat(seqs(AuditQuery.newest(9).ofKinds(Set.of(AuditKind.FLAG_CHANGED, AuditKind.DECISION))))
                .containsExactly(3L, 2L, 1L);
        assertThat(seqs(AuditQuery.newest(9).ofPromotion("p-1"))).containsExactly(2L);
        assertThat(seqs(filtered(Optional.of("rollback"), Optional.empty()))).containsExactly(3L);
        assertThat(seqs(filtered(Optional.empty(), Optional.of("ada")))).containsExactly(4L, 1L);
        assertThat(seqs(filtered(Optional.of("rollback"), Optional.of("ada")))).isEmpty();
    }

    @Test
    void theNewestIsTheLastOfTheChainWhateverTheClockDid() {
        append(AuditKind.FLAG_CHANGED, "1");
        clock.advance(Duration.ofHours(1));
        append(AuditKind.DECISION, "2, an hour ahead");
        clock.advance(Duration.ofHours(-2));
        append(AuditKind.FLAG_CHANGED, "3, an hour behind");

        assertThat(seqs(AuditQuery.newest(9))).containsExactly(3L, 2L, 1L);
        assertThat(seqs(AuditQuery.newest(9).ofKinds(Set.of(AuditKind.FLAG_CHANGED, AuditKind.DECISION))))
                .containsExactly(3L, 2L, 1L);
        AuditPage first = log.query(AuditQuery.newest(1));
        assertThat(seqs(AuditQuery.newest(9).after(first.nextCursor().orElseThrow())))
                .containsExactly(2L, 1L);
        assertThat(seqs(AuditQuery.newest(9).since(clock.instant().plusSeconds(1))))
                .as("those that are stamped so, in the chain's order")
                .containsExactly(2L, 1L);
        assertThat(log.highestTime()).contains(clock.instant().plus(Duration.ofHours(2)));
    }

    @Test
    void noEventOfATimeInWhichThereWasNoneIsFound() {
        append(AuditKind.FLAG_CHANGED, "1");

        assertThat(seqs(AuditQuery.newest(9).since(clock.instant().plusSeconds(1))))
                .isEmpty();
    }

    private static AuditQuery between(Instant from, Instant to) {
        AuditQuery all = AuditQuery.newest(9);
        return new AuditQuery(
                new AuditQuery.TimeRange(Optional.of(from), Optional.of(to)),
                all.kinds(),
                all.decision(),
                all.actor(),
                all.promotionId(),
                all.page());
    }

    private static AuditQuery filtered(Optional<String> decision, Optional<String> actor) {
        return new AuditQuery(
                AuditQuery.TimeRange.ALL,
                Set.of(),
                decision,
                actor,
                Optional.empty(),
                AuditQuery.newest(9).page());
    }

    private List<Long> seqs(AuditQuery query) {
        return log.query(query).events().stream().map(AuditEvent::seq).toList();
    }

    private AuditEvent append(AuditKind kind, String reason) {
        return log.append(entry(kind, reason));
    }

    private static NewAuditEvent entry(AuditKind kind, String reason) {
        return NewAuditEvent.of(
                kind,
                new Actor("ada"),
                AuditPayloadJson.MAPPER.createObjectNode().put("reason", reason));
    }

    private static String sha256(String text) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash);
    }
}
