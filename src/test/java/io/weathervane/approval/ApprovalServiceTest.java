package io.weathervane.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.event.EventBus;
import io.weathervane.event.EventType;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreException;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.Await;
import io.weathervane.testing.FakeClock;
import io.weathervane.testing.FakeTicker;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ApprovalServiceTest {
    private static final ApprovalParty ALICE = new ApprovalParty("alice", "alice");
    private static final ApprovalParty BOB = new ApprovalParty("bob", "bob");
    private static final Duration A_MILLISECOND = Duration.ofMillis(1);
    private static final Duration AN_HOUR = Duration.ofHours(1);

    @TempDir
    private Path folder;

    private final FakeClock clock = FakeClock.atNoon();
    private final FakeTicker ticker = new FakeTicker();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private SqliteDatabase database;
    private AuditLog audit;
    private ApprovalService approvals;

    @BeforeEach
    void open() {
        StoreOptions impatient =
                new StoreOptions(Duration.ofMillis(200), StoreOptions.defaults().sizeLimitBytes());
        database = SqliteDatabase.open(folder.resolve("approvals.db"), impatient);
        audit = new AuditLog(database, clock);
        EventBus events = new EventBus();
        events.subscribe(event -> {
            assertThat(event.type()).isEqualTo(EventType.APPROVALS_CHANGED);
            told.add(event.details().get("state") + " " + event.details().get("requester"));
        });
        approvals = new ApprovalService(database, audit, events, clock, ticker);
    }

    @Test
    void whatNobodyDecidedOrUsedInTimeIsToldOnce() {
        approvals.request(promotionOf("good"));
        Approval granted = approvals.request(promotionOf("better"));
        approvals.grant(granted.id(), BOB, Optional.empty());
        Approval refused = approvals.request(promotionOf("worse"));
        approvals.refuse(refused.id(), BOB.actor(), Optional.empty());
        try (ApprovalExpiry expiry = ApprovalExpiry.start(approvals)) {
            Await.until("they were seen while they were open", expiry::hasOpen);
            told.clear();

            clock.advance(ApprovalService.VALID_FOR);

            Await.until("both are told of", () -> told.size() >= 2);
            Approval later = approvals.request(promotionOf("good"));
            Await.until("a further look", expiry::hasOpen);
            assertThat(approvals.find(later.id()).orElseThrow().open()).isTrue();
            assertThat(told).containsExactly("expired alice", "expired alice", "pending alice");
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void nobodyGrantsTheirOwnWhicheverDoorTheyTake() {
        Approval asked = approvals.request(promotionOf("good"));

        for (String same : List.of("alice", "ALICE", " alice ")) {
            assertThatThrownBy(() -> approvals.grant(asked.id(), new ApprovalParty(same, same), Optional.empty()))
                    .isInstanceOf(ApprovalRefusedException.class)
                    .hasMessageContaining("asked for by alice")
                    .hasMessageContaining("nobody grants their own");
        }
        assertThat(approvals.find(asked.id()).orElseThrow().state()).isEqualTo(ApprovalState.PENDING);
        assertThat(audited(AuditKind.APPROVAL_GRANTED)).isEmpty();
    }

    @Test
    void aRequestThatNobodyGrantedInTimeIsGone() {
        Approval asked = approvals.request(promotionOf("good"));
        clock.advance(ApprovalService.VALID_FOR.minus(A_MILLISECOND));
        assertThat(approvals.pending()).hasSize(1);
        clock.advance(A_MILLISECOND);

        assertThat(approvals.pending()).isEmpty();
        assertRefused(() -> approvals.grant(asked.id(), BOB, Optional.empty()), "expired at 2026-11-23T12:15:00Z");
        assertRefused(() -> approvals.usable(asked.id(), promotionOf("good")), "expired", "without approval_id");
        assertThat(approvals.request(promotionOf("good")).id()).isNotEqualTo(asked.id());
    }

    @Test
    void aGrantThatNobodyUsedInTimeIsGone() {
        String id = granted("good");
        clock.advance(ApprovalService.VALID_FOR.minus(A_MILLISECOND));
        assertThat(approvals.usable(id, promotionOf("good")).decidedBy()).contains(BOB.actor());
        clock.advance(A_MILLISECOND);

        assertRefused(() -> use(id, promotionOf("good")), "expired");
        assertThat(audited(AuditKind.APPROVAL_USED)).isEmpty();
    }

    @Test
    void aClockThatIsSetBackDoesNotMakeAGrantLastLonger() {
        String id = granted("good");
        clock.advance(AN_HOUR.negated());
        ticker.advance(ApprovalService.VALID_FOR.minus(A_MILLISECOND));
        assertThat(approvals.usable(id, promotionOf("good")).id()).isEqualTo(id);
        ticker.advance(A_MILLISECOND);

        assertRefused(() -> use(id, promotionOf("good")), "expired");
        assertThat(approvals.open()).isEmpty();
    }

    @Test
    void whatWasOnceSeenExpiredStaysSoWhateverTheClockDoes() {
        String id = granted("good");
        String pending = approvals.request(promotionOf("other")).id();
        clock.advance(AN_HOUR);
        assertThat(approvals.open()).isEmpty();
        clock.advance(AN_HOUR.negated());

        assertRefused(() -> use(id, promotionOf("good")), "expired");
        assertRefused(() -> approvals.grant(pending, BOB, Optional.empty()), "expired");
        assertThat(approvals.request(promotionOf("other")).id())
                .as("a new one takes its place")
                .isNotEqualTo(pending);
    }

    @Test
    void whatExpiredIsWrittenDownSoThatNoStartWithAnOlderClockBringsItBack() {
        String id = granted("good");
        clock.advance(AN_HOUR);
        assertThat(approvals.expire()).isFalse();
        database.close();
        clock.advance(AN_HOUR.negated());
        open();

        assertRefused(() -> use(id, promotionOf("good")), "expired");
    }

    @Test
    void aStartWithAClockBeforeTheGrantFindsItExpired() {
        String id = granted("good");
        database.close();
        clock.advance(AN_HOUR.negated());
        open();

        assertRefused(() -> use(id, promotionOf("good")), "expired");
    }

    @Test
    void aStartWithAClockBeforeTheNewestRecordCountsTheTimeThatIsRecorded() {
        String id = granted("good");
        clock.advance(ApprovalService.VALID_FOR);
        audit.append(NewAuditEvent.of(AuditKind.SERVER_STOPPED, Actor.SYSTEM, arguments("a later time is on record")));
        database.close();
        clock.advance(ApprovalService.VALID_FOR.negated());
        open();

        assertRefused(() -> use(id, promotionOf("good")), "expired");
    }

    @Test
    void aStartDoesNotGiveALeftApprovalItsWholeTimeAnew() {
        String id = granted("good");
        clock.advance(Duration.ofMinutes(10));
        database.close();
        open();
        clock.advance(Duration.ofMinutes(-8));
        ticker.advance(Duration.ofMinutes(5));

        assertRefused(() -> use(id, promotionOf("good")), "expired");
    }

    @Test
    void theOldestIsTheOneThatWasAskedForFirstWhateverTheClockSays() {
        String first = approvals.request(promotionOf("first")).id();
        clock.advance(Duration.ofMinutes(-5));
        String second = approvals.request(promotionOf("second")).id();

        assertThat(approvals.open().stream().map(Approval::id)).containsExactly(first, second);
    }

    @Test
    void whatIsOpenInADatabaseThatBindsLabelsHasExpired() {
        SqliteDatabase older = SqliteDatabase.open(folder.resolve("older.db"), StoreOptions.defaults());
        older.migrate(ApprovalTable.COMPONENT, ApprovalTable.VERSIONS.subList(0, 2));
        long now = clock.instant().toEpochMilli();
        older.write(sql -> sql.update(
                "INSERT INTO approvals VALUES ('a-1', 'd', 'alice', 'worker_promote', 'promote good in place of"
                        + " stable', 'r', '{}', 'granted', ?, ?, 'bob', ?, NULL, 'alice')",
                now,
                now + 60_000,
                now));
        database.close();
        database = older;

        ApprovalService upgraded =
                new ApprovalService(older, new AuditLog(older, clock), new EventBus(), clock, ticker);

        assertRefused(() -> upgraded.usable("a-1", promotionOf("good")), "expired at");
        assertThat(upgraded.open()).isEmpty();
    }

    @Test
    void anApprovalThatIsNotThereOrNotGrantedIsNotUsed() {
        assertRefused(() -> use("a-nothing", promotionOf("good")), "no approval \"a-nothing\"", "without approval_id");

        String pending = approvals.request(promotionOf("good")).id();
        assertRefused(() -> use(pending, promotionOf("good")), "is pending until", "approval_grant --id " + pending);

        approvals.refuse(pending, BOB.actor(), Optional.of("not on a Friday"));
        assertRefused(
                () -> use(pending, promotionOf("good")),
                "was refused by bob",
                "not on a Friday",
                "without approval_id");
        assertRefused(() -> approvals.grant(pending, BOB, Optional.empty()), "was refused", "nothing was granted");
    }

    @Test
    void anotherNameOnTheRequestersAccountGrantsNothing() {
        ApprovalParty robot = new ApprovalParty("robot", "ops");
        Approval asked = approvals.request(new ApprovalRequest(robot, "t", "c", "r", arguments("r")));

        for (ApprovalParty same : List.of(
                new ApprovalParty("human", "ops"),
                new ApprovalParty("ops", "ops"),
                new ApprovalParty("human", " OPS "),
                new ApprovalParty("robot", "x"))) {
            assertRefused(
                    () -> approvals.grant(asked.id(), same, Optional.empty()),
                    "asked for by robot (account ops)",
                    "nobody grants their own");
        }
        assertThat(audited(AuditKind.APPROVAL_GRANTED)).isEmpty();
        assertThat(approvals.grant(asked.id(), BOB, Optional.empty()).state()).isEqualTo(ApprovalState.GRANTED);
    }

    @Test
    void whatIsOpenInADatabaseThatDoesNotKnowTheAccountsHasExpired() {
        SqliteDatabase older = SqliteDatabase.open(folder.resolve("older.db"), StoreOptions.defaults());
        older.migrate(ApprovalTable.COMPONENT, ApprovalTable.VERSIONS.subList(0, 1));
        long now = clock.instant().toEpochMilli();
        older.write(sql -> sql.update(
                "INSERT INTO approvals VALUES ('a-1', 'd', 'robot', 't', 'c', 'r', '{}', 'pending', ?, ?, NULL, NULL,"
                        + " NULL)",
                now,
                now + 60_000));
        database.close();
        database = older;

        ApprovalService upgraded =
                new ApprovalService(older, new AuditLog(older, clock), new EventBus(), clock, ticker);

        assertThat(upgraded.find("a-1").orElseThrow().request().requester())
                .isEqualTo(new ApprovalParty("robot", "robot"));
        assertRefused(() -> upgraded.grant("a-1", BOB, Optional.empty()), "expired at");
    }

    @Test
    void onlyWhoAskedMayUseIt() {
        String id = granted("good");
        ApprovalRequest others = new ApprovalRequest(
                new ApprovalParty("mallory", "mallory"),
                "worker_promote",
                "promote good in place of stable",
                "why not",
                arguments("good"));

        assertRefused(() -> use(id, others), "belongs to alice", "without approval_id");
        assertThat(approvals.usable(id, promotionOf("good")).id()).isEqualTo(id);
    }

    @Test
    void otherArgumentsOrAnotherOutcomeNeedAnotherApproval() {
        String id = granted("good");
        ApprovalRequest other = new ApprovalRequest(
                ALICE, "worker_promote", "promote good in place of stable", "a release", arguments("other"));
        ApprovalRequest otherTool = new ApprovalRequest(
                ALICE, "kill_switch_reset", "promote good in place of stable", "a release", arguments("good"));

        assertRefused(() -> use(id, other), "{\"reason\":\"good\"}", "not for {\"reason\":\"other\"}");
        assertRefused(() -> use(id, otherTool), "is for worker_promote, not for kill_switch_reset");
        assertRefused(
                () -> use(id, promotionOf("good").comingTo("promote bad in place of stable")),
                "Approved: promote good in place of stable.",
                "The call would now promote bad in place of stable. Request approval again.");
        assertThat(approvals.find(id).orElseThrow().state()).isEqualTo(ApprovalState.GRANTED);
    }

    @Test
    void theOrderOfTheArgumentsDoesNotMatter() {
        ObjectNode one =
                JsonMapper.shared().createObjectNode().put("force", true).put("reason", "x");
        ObjectNode two =
                JsonMapper.shared().createObjectNode().put("reason", "x").put("force", true);
        Approval asked = approvals.request(new ApprovalRequest(ALICE, "t", "c", "x", one));

        assertThat(approvals
                        .request(new ApprovalRequest(ALICE, "t", "c", "x", two))
                        .id())
                .isEqualTo(asked.id());
    }

    @Test
    void itIsUsedOnceEvenWhenTwoTryAtTheSameMoment() throws Exception {
        String id = granted("good");
        int tries = 8;
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(tries);
        Callable<Boolean> useIt = () -> {
            go.await();
            try {
                use(id, promotionOf("good"));
                return true;
            } catch (ApprovalRefusedException e) {
                assertThat(e).hasMessageContaining("was used already");
                return false;
            }
        };
        List<Future<Boolean>> results = new ArrayList<>();
        for (int i = 0; i < tries; i++) {
            results.add(threads.submit(useIt));
        }
        go.countDown();
        int used = 0;
        for (Future<Boolean> result : results) {
            used += result.get() ? 1 : 0;
        }
        threads.shutdown();

        assertThat(used).isEqualTo(1);
        assertThat(audited(AuditKind.APPROVAL_USED)).hasSize(1);
    }

    @Test
    void whatIsUndoneWithItsTransactionWasNotUsed() {
        String id = granted("good");
        told.clear();

        assertThatThrownBy(() -> database.write(sql -> {
                    approvals.use(sql, id, promotionOf("good"));
                    throw new IllegalStateException("the worker died");
                }))
                .hasMessage("the worker died");

        assertThat(told).isEmpty();
        assertThat(audited(AuditKind.APPROVAL_USED)).isEmpty();
        use(id, promotionOf("good"));
        assertThat(told).containsExactly("used alice");
    }

    @Test
    void whileTheDatabaseIsLockedNothingIsAskedForGrantedOrUsed() throws SQLException {
        String id = granted("good");
        String pending = approvals.request(promotionOf("other")).id();
        long before = audit.lastSeq();
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + database.file());
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");

            assertThatThrownBy(() -> approvals.request(promotionOf("third"))).isInstanceOf(StoreException.class);
            assertThatThrownBy(() -> approvals.grant(pending, BOB, Optional.empty()))
                    .isInstanceOf(StoreException.class);
            assertThatThrownBy(() -> use(id, promotionOf("good"))).isInstanceOf(StoreException.class);
            statement.execute("ROLLBACK");
        }

        assertThat(audit.lastSeq()).isEqualTo(before);
        assertThat(approvals.find(pending).orElseThrow().state()).isEqualTo(ApprovalState.PENDING);
        use(id, promotionOf("good"));
    }

    @Test
    void anAssistantThatAsksWithoutEndMeetsALimit() {
        for (int i = 0; i < ApprovalService.OPEN_PER_REQUESTER_MAX; i++) {
            approvals.request(promotionOf("release " + i));
        }
        assertRefused(() -> approvals.request(promotionOf("one more")), "too many approvals are open", "10 of alice");
        assertThat(approvals.request(promotionOf("release 3"))).isNotNull();

        ApprovalParty another = new ApprovalParty("carol", "carol");
        for (int asker = 0; approvals.open().size() < ApprovalService.OPEN_MAX; asker++) {
            ApprovalParty name = new ApprovalParty("asker " + asker / 10, "user " + asker / 10);
            approvals.request(new ApprovalRequest(name, "t", "change " + asker, "r", arguments("r")));
        }
        assertRefused(
                () -> approvals.request(new ApprovalRequest(another, "t", "c", "r", arguments("r"))), "50 in all");
        clock.advance(ApprovalService.VALID_FOR);
        assertThat(approvals.request(promotionOf("one more")).state()).isEqualTo(ApprovalState.PENDING);
    }

    @Test
    void aGrantCanBeTakenBackUntilItIsUsed() {
        String id = granted("good");

        assertThat(approvals.refuse(id, BOB.actor(), Optional.empty()).state()).isEqualTo(ApprovalState.REFUSED);

        assertRefused(() -> use(id, promotionOf("good")), "was refused by bob");
        assertRefused(() -> approvals.refuse(id, BOB.actor(), Optional.empty()), "nothing was refused");
    }

    @Test
    void aRestartForgetsNothing() {
        String id = granted("good");
        String pending = approvals.request(promotionOf("other")).id();
        database.close();
        open();

        assertThat(approvals.pending().stream().map(Approval::id)).containsExactly(pending);
        use(id, promotionOf("good"));
        database.close();
        open();
        assertRefused(() -> use(id, promotionOf("good")), "was used already");
    }

    @Test
    void everyStepIsInTheAuditWithBothNamesAndIsTold() {
        String id = granted("good");
        use(id, promotionOf("good"));

        assertThat(told).containsExactly("pending alice", "granted alice", "used alice");
        AuditEvent requested = audited(AuditKind.APPROVAL_REQUESTED).get(0);
        AuditEvent granted = audited(AuditKind.APPROVAL_GRANTED).get(0);
        AuditEvent used = audited(AuditKind.APPROVAL_USED).get(0);
        assertThat(requested.actor()).isEqualTo(ALICE.actor());
        assertThat(granted.actor()).isEqualTo(BOB.actor());
        assertThat(used.actor()).isEqualTo(ALICE.actor());
        assertThat(List.of(granted, used)).allSatisfy(event -> {
            assertThat(event.payload().path("approval").asString()).isEqualTo(id);
            assertThat(event.payload().path("requester").asString()).isEqualTo("alice");
            assertThat(event.payload().path("approver").asString()).isEqualTo("bob");
            assertThat(event.payload().path("change").asString()).contains("promote good");
            assertThat(event.payload().path("arguments").toString()).isEqualTo("{\"reason\":\"good\"}");
        });
    }

    private String granted(String release) {
        String id = approvals.request(promotionOf(release)).id();
        approvals.grant(id, BOB, Optional.empty());
        return id;
    }

    private void use(String id, ApprovalRequest call) {
        database.write(sql -> {
            approvals.use(sql, id, call);
            return true;
        });
    }

    private List<AuditEvent> audited(AuditKind kind) {
        return audit.after(0, 1000).stream()
                .filter(event -> event.kind() == kind)
                .toList();
    }

    private static ApprovalRequest promotionOf(String release) {
        return new ApprovalRequest(
                ALICE, "worker_promote", "promote " + release + " in place of stable", "a release", arguments(release));
    }

    private static ObjectNode arguments(String reason) {
        return JsonMapper.shared().createObjectNode().put("reason", reason);
    }

    private static void assertRefused(Runnable call, String... said) {
        assertThatThrownBy(call::run)
                .isInstanceOf(ApprovalRefusedException.class)
                .message()
                .contains(said);
    }
}
