package io.weathervane.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.FakeClock;
import io.weathervane.testing.UnsafeCharacters;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class AuditFileSynchronizerTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private Path analytics;
    private Path killSwitchLog;
    private Path rollbackAudit;
    private final FakeClock clock = FakeClock.atNoon();
    private SqliteDatabase database;
    private AuditLog log;

    @BeforeEach
    void open() {
        analytics = folder.resolve("state/analytics");
        killSwitchLog = analytics.resolve("kill_switch_audit.log");
        rollbackAudit = analytics.resolve("rollback_audit.jsonl");
        database = SqliteDatabase.open(folder.resolve("state/orchestrator.db"), StoreOptions.defaults());
        log = new AuditLog(database, clock);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void noFileAndNoRowHasWhatSteersATerminal() throws Exception {
        engage(UnsafeCharacters.ALL);
        log.append(NewAuditEvent.of(
                AuditKind.DECISION,
                new Actor("ada"),
                AuditPayloadJson.MAPPER.createObjectNode().put("reason", UnsafeCharacters.ALL)));
        project();

        for (AuditFileFormat format : AuditFileFormat.values()) {
            UnsafeCharacters.assertNoneIn(analytics.resolve(format.fileName()));
        }
        UnsafeCharacters.assertNoneIn(log.rowsAfter(0, 1).get(0).payload());
        assertThat(AuditPayloadJson.MAPPER
                        .readTree(Files.readString(rollbackAudit))
                        .path("reason")
                        .asString())
                .isEqualTo(UnsafeCharacters.ALL);
        assertThat(verify().firstProblem()).isEmpty();
    }

    @Test
    void linesOfAReleaseThatEscapedLessAreStillOurs() throws Exception {
        engage("\u009b2J \u202e \u2028 \udb40\udc41");
        project();
        Path telemetry = analytics.resolve("telemetry.jsonl");
        String written = Files.readString(telemetry);
        String asBefore = AuditPayloadJson.MAPPER.writeValueAsString(AuditPayloadJson.MAPPER.readTree(written)) + "\n";
        assertThat(asBefore).isNotEqualTo(written);
        Files.writeString(telemetry, asBefore);

        assertThat(verify().firstProblem()).isEmpty();
        forgetPositions();
        project();

        assertThat(telemetry).hasContent(asBefore.strip());
    }

    @Test
    void noReasonCanForgeALine() throws Exception {
        engage("x\"\n2025-10-22T14:33:22Z RESET reason=\"forged\\\r\u0085\u2028\u001b[2J\u0000é");
        project();

        assertThat(lines(killSwitchLog))
                .containsExactly("2026-11-23T12:00:00Z ACTIVATED reason=\"x\\\"\\n2025-10-22T14:33:22Z RESET"
                        + " reason=\\\"forged\\\\\\r\\u0085\\u2028\\u001B[2J\\u0000é\" actor=\"ada\"");
    }

    @Test
    void writesWhatACrashLeftOutAndNothingTwice() throws Exception {
        engage("one");
        project();
        forgetPositions();
        engage("two");

        project();

        assertThat(reasons()).containsExactly("one", "two");
    }

    @Test
    void twoEventsWithTheSameLineAreTwoLinesAcrossACrash() throws Exception {
        engage("again");
        project();
        engage("again");
        project();
        forgetPositions();
        engage("again");

        project();

        assertThat(reasons()).containsExactly("again", "again", "again");
    }

    @Test
    void repairsALineTornAtAnyByte() throws Exception {
        engage("first");
        project();
        byte[] whole = Files.readAllBytes(killSwitchLog);
        engage("sécond");
        project();
        byte[] both = Files.readAllBytes(killSwitchLog);

        for (int size = whole.length; size < both.length; size++) {
            Files.write(killSwitchLog, java.util.Arrays.copyOf(both, size));
            rememberPosition("kill_switch_audit.log", 1, whole.length);
            project();
            assertThat(Files.readAllBytes(killSwitchLog)).as("torn at %d", size).isEqualTo(both);
        }
    }

    @Test
    void leavesAnOperatorsLinesWhereTheyAre() throws Exception {
        engage("one");
        project();
        append("Reset at 2026-11-23T12:01:00Z\n");
        engage("two");
        project();
        append("no end of line");
        engage("three");
        project();

        assertThat(lines(killSwitchLog)).hasSize(5);
        assertThat(lines(killSwitchLog).get(1)).isEqualTo("Reset at 2026-11-23T12:01:00Z");
        assertThat(lines(killSwitchLog).get(3)).isEqualTo("no end of line");
        assertThat(verify().operatorLines())
                .containsExactly(
                        "kill_switch_audit.log:2: Reset at 2026-11-23T12:01:00Z",
                        "kill_switch_audit.log:4: no end of line");
    }

    @Test
    void writesADeletedFileAnew() throws Exception {
        try (AuditFileSynchronizer files = AuditFileSynchronizer.start(log, database, analytics, Ticker.system())) {
            engage("one");
            assertThat(files.flush(LIMIT)).isTrue();
            Files.delete(killSwitchLog);
            engage("two");
            assertThat(files.flush(LIMIT)).isTrue();
        }

        assertThat(reasons()).containsExactly("one", "two");
    }

    @Test
    void triesAgainUntilTheFileCanBeWritten() throws Exception {
        Files.createDirectories(killSwitchLog);
        try (AuditFileSynchronizer files = AuditFileSynchronizer.start(log, database, analytics, Ticker.system())) {
            engage("one");
            assertThat(files.flush(Duration.ofMillis(200))).isFalse();
            Files.delete(killSwitchLog);

            assertThat(files.flush(LIMIT)).isTrue();
        }
        assertThat(reasons()).containsExactly("one");
        assertThat(verify().intact()).isTrue();
    }

    @Test
    void followsWhatIsAppended() throws Exception {
        try (AuditFileSynchronizer files = AuditFileSynchronizer.start(log, database, analytics, Ticker.system())) {
            for (int i = 0; i < 300; i++) {
                engage("n" + i);
                if (i % 100 == 0) {
                    assertThat(files.flush(LIMIT)).isTrue();
                }
            }
        }
        assertThat(reasons()).hasSize(300).startsWith("n0", "n1").endsWith("n299");
        assertThat(verify().intact()).isTrue();
        assertThat(verify().events()).isEqualTo(300);
    }

    @Test
    void writesTheRunbooksLines() throws Exception {
        ObjectNode reset = AuditPayloadJson.MAPPER
                .createObjectNode()
                .put("reason", "Fix deployed and validated")
                .put("approver", "director_dana")
                .put("forced", true);
        log.append(NewAuditEvent.of(AuditKind.KILL_SWITCH_RESET, new Actor("on-call-engineer"), reset));
        ObjectNode decision = AuditPayloadJson.MAPPER
                .createObjectNode()
                .put("reason", "High error rate (42.5%) with 5 failures")
                .put("errorRate", 0.425)
                .put("failureCount", 5)
                .put("inputs", "not copied");
        decision.putObject("evidence").put("threshold", 0.2);
        clock.advance(Duration.ofMillis(1234));
        log.append(NewAuditEvent.forPromotion(AuditKind.DECISION, Actor.SYSTEM, "p-7", decision)
                .withDecision("rollback"));
        log.append(NewAuditEvent.forPromotion(
                AuditKind.ROLLBACK_EXECUTED,
                Actor.SYSTEM,
                "p-7",
                AuditPayloadJson.MAPPER.createObjectNode().put("to", "stable")));
        project();

        assertThat(lines(killSwitchLog))
                .containsExactly("2026-11-23T12:00:00Z RESET reason=\"Fix deployed and validated\""
                        + " actor=\"on-call-engineer\" approver=\"director_dana\" forced=\"true\"");
        assertThat(lines(rollbackAudit))
                .containsExactly("{\"timestamp\":\"2026-11-23T12:00:01Z\",\"timestampMs\":1795435201234,"
                        + "\"decision\":\"rollback\",\"reason\":\"High error rate (42.5%) with 5 failures\","
                        + "\"errorRate\":0.425,\"failureCount\":5,\"evidence\":{\"threshold\":0.2},\"actions\":null,"
                        + "\"seq\":2,\"promotionId\":\"p-7\",\"actor\":\"system\"}");
        List<String> telemetry = lines(analytics.resolve("telemetry.jsonl"));
        JsonNode second = AuditPayloadJson.MAPPER.readTree(telemetry.get(1));
        assertThat(telemetry).hasSize(2);
        assertThat(second.path("type").stringValue()).isEqualTo("rollback_executed");
        assertThat(second.path("details").path("to").stringValue()).isEqualTo("stable");
    }

    private void engage(String reason) {
        log.append(NewAuditEvent.of(
                AuditKind.KILL_SWITCH_ACTIVATED,
                new Actor("ada"),
                AuditPayloadJson.MAPPER.createObjectNode().put("reason", reason)));
    }

    private void project() {
        try (AuditFileSynchronizer files = AuditFileSynchronizer.start(log, database, analytics, Ticker.system())) {
            assertThat(files.flush(LIMIT)).isTrue();
        }
    }

    private AuditVerificationResult verify() {
        return AuditVerifier.verify(log, database, analytics);
    }

    /** As a crash right after writing leaves it: the lines are there, the position is from before. */
    private void forgetPositions() {
        database.write(sql -> sql.update("DELETE FROM audit_files"));
    }

    private void rememberPosition(String name, long seq, long offset) {
        database.write(sql -> sql.update("INSERT OR REPLACE INTO audit_files VALUES (?, ?, ?)", name, seq, offset));
    }

    private void append(String text) throws IOException {
        Files.writeString(killSwitchLog, text, StandardOpenOption.APPEND);
    }

    private List<String> reasons() throws IOException {
        return lines(killSwitchLog).stream()
                .map(line -> line.split("\"", -1)[1])
                .toList();
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.UTF_8);
    }
}
