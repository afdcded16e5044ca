package io.weathervane.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.FakeClock;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditVerifierTest {
    @TempDir
    Path folder;

    private SqliteDatabase database;
    private AuditLog log;

    @BeforeEach
    void writeSixEvents() {
        database = SqliteDatabase.open(folder.resolve("orchestrator.db"), StoreOptions.defaults());
        log = new AuditLog(database, FakeClock.atNoon());
        for (int i = 1; i <= 3; i++) {
            append(AuditKind.KILL_SWITCH_ACTIVATED, "bad night " + i);
            append(AuditKind.DECISION, "decided " + i);
        }
        try (AuditFileSynchronizer files = AuditFileSynchronizer.start(log, database, folder, Ticker.system())) {
            assertThat(files.flush(Duration.ofSeconds(20))).isTrue();
        }
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void findsAChangedEvent() {
        tamper("UPDATE audit_events SET actor = 'nobody' WHERE seq = 4");

        assertProblem("event 4: was changed");
    }

    @Test
    void findsAChangedEventWhoseHashWasMadeToFit() {
        AuditRow row = log.rowsAfter(3, 1).get(0);
        AuditRow forged = new AuditRow(
                        row.seq(),
                        row.at(),
                        row.kind(),
                        "nobody",
                        row.promotionId(),
                        row.decision(),
                        row.payload(),
                        row.previousHash(),
                        "")
                .hashed();
        tamper("UPDATE audit_events SET actor = 'nobody', hash = '" + forged.hash() + "' WHERE seq = 4");

        assertProblem("event 5: does not follow event 4");
    }

    @Test
    void findsAnEventTakenOut() {
        tamper("DELETE FROM audit_events WHERE seq = 3");

        assertProblem("event 3: missing, the next one is event 4");
    }

    @Test
    void findsATailCutOff() {
        tamper("DELETE FROM audit_events WHERE seq > 4");

        assertProblem("event 5: missing, the chain was written up to event 6");
    }

    @Test
    void findsATailCutOffEvenWhenTheChainGoesOn() {
        tamper("DELETE FROM audit_events WHERE seq > 4");
        append(AuditKind.FLAG_CHANGED, "later");

        assertProblem("event 5: missing, the next one is event 7");
    }

    @Test
    void findsATailCutOffTogetherWithItsHeadByTheFiles() {
        tamper("DELETE FROM audit_events WHERE seq > 5");
        tamper("UPDATE audit_head SET seq = 5, hash = (SELECT hash FROM audit_events WHERE seq = 5)");

        assertProblem("rollback_audit.jsonl:3: is not what the database has");
    }

    @Test
    void findsARowThatSomebodyElseInserted() {
        tamper("INSERT INTO audit_events VALUES (7, 0, 'decision', 'x', NULL, NULL, '{}', 'a', 'b')");
        append(AuditKind.FLAG_CHANGED, "later");

        assertProblem("event 7: does not follow event 6");
    }

    @Test
    void findsAChangedLineInAFile() throws Exception {
        replaceInFile("rollback_audit.jsonl", "decided 2", "decided differently");

        assertProblem("rollback_audit.jsonl:2: is not what the database has, which is event 4 here");
    }

    @Test
    void findsALineTakenOutOfAFile() throws Exception {
        Path file = folder.resolve("telemetry.jsonl");
        Files.write(file, Files.readAllLines(file).subList(0, 2));

        assertProblem("telemetry.jsonl: the line of event 5 is missing");
    }

    @Test
    void findsALineForgedInOurOwnFormat() throws Exception {
        append("kill_switch_audit.log", "2026-11-23T12:00:00Z RESET reason=\"all fine\" actor=\"ada\"\n");

        assertProblem("kill_switch_audit.log:4: is not what the database has (no further event)");
    }

    @Test
    void findsADeletedFile() throws Exception {
        Files.delete(folder.resolve("kill_switch_audit.log"));

        assertProblem("kill_switch_audit.log: the line of event 1 is missing");
    }

    @Test
    void reportsWhatAnOperatorWroteWithoutCallingItDamage() throws Exception {
        append("kill_switch_audit.log", "Reset at 2026-11-23T12:00:00Z\n");

        AuditVerificationResult verification = verify();

        assertThat(verification.intact()).isTrue();
        assertThat(verification.events()).isEqualTo(6);
        assertThat(verification.operatorLines())
                .containsExactly("kill_switch_audit.log:4: Reset at 2026-11-23T12:00:00Z");
    }

    @Test
    void aLineThatIsDueOrTornIsANoteAndNoProblem() throws Exception {
        append(AuditKind.KILL_SWITCH_ACTIVATED, "not projected yet");
        append("kill_switch_audit.log", "2026-11-23T12:00:00Z ACTI");

        AuditVerificationResult verification = verify();

        assertThat(verification.firstProblem()).isEmpty();
        assertThat(verification.notes())
                .anyMatch(note -> note.startsWith("kill_switch_audit.log:4: the last line is torn"))
                .anyMatch(note -> note.startsWith("telemetry.jsonl: the line of event 7 is not written yet"));
    }

    private void assertProblem(String beginning) {
        AuditVerificationResult verification = verify();
        assertThat(verification.intact()).isFalse();
        assertThat(verification.firstProblem().orElseThrow()).startsWith(beginning);
    }

    private AuditVerificationResult verify() {
        return AuditVerifier.verify(log, database, folder);
    }

    private void append(AuditKind kind, String reason) {
        log.append(NewAuditEvent.of(
                kind, Actor.SYSTEM, AuditPayloadJson.MAPPER.createObjectNode().put("reason", reason)));
    }

    private void append(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text, StandardOpenOption.APPEND);
    }

    private void replaceInFile(String name, String from, String to) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, Files.readString(file).replace(from, to));
    }

    /** As an attacker with a SQL shell. */
    private void tamper(String statement) {
        database.write(sql -> {
            sql.update("DROP TRIGGER IF EXISTS audit_events_refuses_update");
            sql.update("DROP TRIGGER IF EXISTS audit_events_refuses_delete");
            return sql.update(statement);
        });
    }
}
