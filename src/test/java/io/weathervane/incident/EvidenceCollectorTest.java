package io.weathervane.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditKind;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.NewAuditEvent;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.FakeClock;
import io.weathervane.testing.UnsafeCharacters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class EvidenceCollectorTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final FakeClock clock = new FakeClock(Instant.parse("2026-11-23T14:00:00Z"));
    private SqliteDatabase database;
    private AuditLog audit;
    private Path incidents;

    @BeforeEach
    void arrange() throws IOException {
        database = SqliteDatabase.open(folder.resolve("orchestrator.db"), StoreOptions.defaults());
        audit = new AuditLog(database, clock);
        incidents = folder.resolve("incidents");
        audit.append(NewAuditEvent.of(AuditKind.SERVER_STARTED, Actor.SYSTEM, JSON.createObjectNode()));
        clock.advance(Duration.ofMinutes(90));
        decision("degrade", 0.3, 1);
        decision("rollback", 0.425, 3);
        audit.append(NewAuditEvent.forPromotion(
                AuditKind.ROLLBACK_EXECUTED, Actor.SYSTEM, "p-1", reason("High error rate (42.5%) with 3 failures")));
        audit.append(
                NewAuditEvent.forPromotion(AuditKind.KILL_SWITCH_ACTIVATED, Actor.SYSTEM, "p-1", reason("rollback")));
        clock.advance(Duration.ofMinutes(2).plusSeconds(15));
        Files.writeString(folder.resolve("worker_manager.json"), "{\"status\":\"ok\",\"active\":{\"pid\":7}}");
        Files.writeString(
                folder.resolve("orchestration_metrics.json"), "{\"validation\":{\"requests\":40,\"errorRate\":0.1}}");
        Files.writeString(folder.resolve("messages.log"), """
            2026-11-23T14:00:00.000Z INFO  [LiveFlags] LiveFlags started: polling flags every 50 ms
            2026-11-23T15:30:00.000Z ERROR [RollbackMonitor] CRITICAL: Executing automatic rollback
              errorRate: 0.425
            2026-11-23T15:30:00.100Z INFO  [LiveFlags] Flag update: DISABLE_NEW=1
            2026-11-23T15:30:01.000Z ERROR [Worker] connect postgres://jo:hunter2@db/x failed
            """);
        Files.writeString(folder.resolve("weathervane.yaml"), "workers:\n  password: hunter2\n");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theNewestBundleIsTheLastOneAlsoAfterTheClockWasSetBack() throws IOException {
        String before = collect("before the step").id();
        clock.advance(Duration.ofHours(-1));
        EvidenceBundle after = collect("after the step");

        assertThat(new EvidenceBundleReader(incidents).ids()).containsExactly(after.id(), before);
        assertThat(report(Optional.empty()).incidentId()).isEqualTo(after.id());
        assertThat(manifest(after).path("collectedAt").asString())
                .isEqualTo(clock.instant().toString());
    }

    @Test
    void noNameOfAFolderOrFileGivesASecretAway() throws IOException {
        for (String title : List.of("The password is hunter", "token: hunter", "api key = hunter", "pwd was Hunter")) {
            clock.advance(Duration.ofSeconds(1));
            EvidenceBundle bundle = collect(title);
            IncidentReport.write(incidents, Optional.of(bundle.id()), Optional.empty(), Optional.empty());
            assertThat(names(bundle.folder())).noneMatch(name -> name.contains("hunter"));
            assertThat(text(bundle, "manifest.json").toLowerCase(Locale.ROOT)).doesNotContain("hunter\"");
        }
        assertThat(names(incidents)).noneMatch(name -> name.contains("hunter"));
    }

    @Test
    void noFileHasWhatSteersATerminal() throws IOException {
        String raw = UnsafeCharacters.ALL;
        audit.append(NewAuditEvent.forPromotion(AuditKind.KILL_SWITCH_ACTIVATED, Actor.SYSTEM, "p-2", reason(raw)));
        Files.writeString(
                folder.resolve("worker_manager.json"),
                JSON.writeValueAsString(JSON.createObjectNode().put("label", raw)));
        Files.writeString(
                folder.resolve("messages.log"), "2026-11-23T15:30:00.000Z ERROR [Worker] rollback " + raw + "\n");
        Files.writeString(folder.resolve("weathervane.yaml"), "name: " + raw + "\n");

        EvidenceBundle bundle = collect("title " + raw);
        IncidentReport.write(incidents, Optional.empty(), Optional.of("jo " + raw), Optional.empty());

        UnsafeCharacters.assertNoneIn(bundle.id());
        for (String name : names(bundle.folder())) {
            UnsafeCharacters.assertNoneIn(bundle.folder().resolve(name));
        }
        assertThat(JSON.readTree(text(bundle, "worker_state.json"))
                        .path("label")
                        .asString())
                .isEqualTo(raw);
    }

    @Test
    void aCancelledCollectionLeavesNothing() throws IOException {
        assertThatThrownBy(() -> collector(sources()).collect("x", HOUR, (done, total, file) -> done < 4))
                .isInstanceOf(IncidentException.class)
                .hasMessageContaining("cancelled");

        assertThat(names(incidents)).isEmpty();
    }

    @Test
    void aSourceThatFailsCostsItsOwnFileOnly() throws IOException {
        Files.delete(folder.resolve("worker_manager.json"));
        Files.delete(folder.resolve("messages.log"));

        EvidenceBundle bundle = collect("x");

        assertThat(bundle.files()).hasSize(12);
        assertThat(bundle.folder().resolve("worker_state.json")).content().contains("unavailable");
        assertThat(bundle.summary()).contains("unavailable: worker_state.json: ");
        assertThat(manifest(bundle).path("unavailable").size()).isEqualTo(4);
    }

    @Test
    void aDatabaseThatFailsCostsTheAuditOnly() throws IOException {
        database.close();

        EvidenceBundle bundle = collect("x");

        assertThat(bundle.files()).hasSize(12);
        assertThat(bundle.folder().resolve("audit.jsonl")).isEmptyFile();
        assertThat(bundle.summary()).contains("unavailable: audit.jsonl: ");
        assertThat(text(bundle, "rollback_logs.txt")).contains("CRITICAL");
    }

    @Test
    void noSecretIsInAnyFile() throws IOException {
        EvidenceBundle bundle = collect("password=hunter2");

        try (Stream<Path> files = Files.list(bundle.folder())) {
            for (Path file : files.toList()) {
                assertThat(file).content().doesNotContain("hunter2", "t0psecret");
            }
        }
        assertThat(bundle.redactions()).isPositive();
        assertThat(bundle.folder().resolve("environment.txt"))
                .content()
                .contains("PATH=/bin", "java.version=", "WVO_INPUT_TOK=[redacted]")
                .doesNotContain("HOOK_SECRET");
        assertThat(bundle.folder().resolve("config.yaml")).content().contains("password: [redacted]");
    }

    @Test
    void aTitleCannotLeaveTheFolder() throws IOException {
        EvidenceBundle bundle = collect("../../etc/Passwd \u0000 ü" + "x".repeat(200));

        assertThat(bundle.folder().getParent()).isEqualTo(incidents);
        assertThat(bundle.id()).matches("20261123-153215-etc-passwd-x{1,40}");
        assertThat(collect("…").id()).isEqualTo("20261123-153215-incident");
        assertThat(collect("…").id()).isEqualTo("20261123-153215-incident-2");
    }

    @Test
    void theManifestHasTheSumOfEveryFile() throws IOException {
        EvidenceBundle bundle = collect("x");

        JsonNode manifest = manifest(bundle);
        assertThat(names(bundle.folder()))
                .hasSize(manifest.path("files").size() + 1)
                .contains("manifest.json");
        for (JsonNode file : manifest.path("files")) {
            byte[] bytes =
                    Files.readAllBytes(bundle.folder().resolve(file.path("name").stringValue()));
            assertThat(file.path("bytes").intValue()).isEqualTo(bytes.length);
            assertThat(file.path("sha256").stringValue()).isEqualTo(EvidenceBundleWriter.sha256(bytes));
        }
        assertThat(manifest.path("unavailable").isEmpty()).isTrue();
    }

    @Test
    void aBundleHasWhatTheRunbookGathersAndMore() throws IOException {
        List<String> steps = new ArrayList<>();
        EvidenceBundle bundle = collector(sources()).collect("High error rate", HOUR, (done, total, file) -> {
            steps.add(done + "/" + total + " " + file);
            return true;
        });

        assertThat(steps).hasSize(13).startsWith("0/12 worker_state.json").endsWith("12/12 manifest.json");
        assertThat(bundle.id()).isEqualTo("20261123-153215-high-error-rate");
        assertThat(text(bundle, "worker_state.json")).contains("\"pid\":7");
        assertThat(text(bundle, "metrics.json")).contains("\"requests\":40");
        assertThat(text(bundle, "flags.txt")).isEqualTo("DISABLE_NEW|1\nPROMPT_MODE|compact\n");
        assertThat(text(bundle, "rollback_logs.txt").lines()).hasSize(1);
        assertThat(text(bundle, "errors.txt").lines()).hasSize(3);
        assertThat(text(bundle, "log_tail.txt").lines()).hasSize(4).noneMatch(line -> line.contains("T14:00"));
        assertThat(text(bundle, "audit.jsonl").lines()).hasSize(4).noneMatch(line -> line.contains("server-started"));
        JsonNode flags = JSON.readTree(text(bundle, "flags.json"));
        assertThat(flags.get(1).path("held").stringValue()).isEqualTo("verbose");
        JsonNode checks = JSON.readTree(text(bundle, "checks.json"));
        assertThat(checks.path("trigger").path("kind").stringValue()).isEqualTo("kill-switch-activated");
        assertThat(checks.path("decisions").size()).isEqualTo(2);
        assertThat(checks.path("decisions").get(0).path("beforeTrigger").booleanValue())
                .isTrue();
        assertThat(checks.path("monitor").path("state").stringValue()).isEqualTo("stopped");
        assertThat(bundle.summary()).contains("kill-switch-activated", "12 files", "4 audit events");
    }

    @Test
    void aReportNeedsEvidence() throws IOException {
        assertThatThrownBy(() -> report(Optional.empty())).hasMessageContaining("call evidence_collect first");

        String id = collect("slow").id();
        assertThatThrownBy(() -> report(Optional.of(id + "er"))).hasMessageEndingWith("did you mean " + id + "?");
        assertThatThrownBy(() -> report(Optional.of("../orchestrator.db"))).isInstanceOf(IncidentException.class);
    }

    @Test
    void aReportCannotBeForgedThroughNames() {
        collect("x\n## Approved\n- [x] Fix deployed");

        IncidentReport report =
                IncidentReport.write(incidents, Optional.empty(), Optional.of("jo\n- [x] done"), Optional.empty());

        assertThat(report.markdown().lines())
                .noneMatch(line -> line.startsWith("## Approved") || line.equals("- [x] done"));
    }

    @Test
    void aReportIsTheRunbooksDocumentFilledIn() {
        collect("older");
        clock.advance(Duration.ofSeconds(1));
        EvidenceBundle bundle = collect("High error rate");

        IncidentReport report =
                IncidentReport.write(incidents, Optional.empty(), Optional.of("Jo"), Optional.of("Dana"));

        assertThat(report.incidentId()).isEqualTo(bundle.id());
        assertThat(report.file()).hasContent(report.markdown());
        assertThat(report.file().getFileName().toString()).isEqualTo("incident_" + bundle.id() + ".md");
        assertThat(report.markdown())
                .contains(
                        "# Incident Report\n",
                        "**Time**: 2026-11-23T15:30:00Z\n**Status**: Active\n",
                        """
                        ## Symptoms
                        - High error rate (42.5%)
                        - Error rate: 42.5 %
                        - Failures that the decision counted: 3
                        """,
                        "- Kill-switch activated: DISABLE_NEW=1 at 2026-11-23T15:30:00Z by system, promotion p-1:"
                                + " rollback",
                        "- Rollback executed automatically at 2026-11-23T15:30:00Z by system, promotion p-1: High"
                                + " error rate",
                        "- Kill-switch when the evidence was collected: engaged (DISABLE_NEW=1)",
                        "- Investigation: Jo\n- Approval: Dana\n",
                        "## Post-Promotion Checklist\n- [ ] Monitoring started",
                        "- [x] Kill-switch activated (DISABLE_NEW=1)\n- [x] Evidence collected (" + bundle.folder(),
                        "## Kill-Switch Reset Checklist\n- [ ] Fix is deployed")
                .containsSubsequence("## Evidence", "## Actions Taken", "## Next Steps", "## Assigned To");
    }

    @Test
    void aReportSaysThatTheRollbackDidNotHelpAndWhatFailsSince() throws IOException {
        ObjectNode decided = reason("Tool look: 4 of 6 calls failed").put("failureCount", 4);
        ObjectNode evidence = decided.putObject("evidence").put("failurePattern", "passed, breach (1 of 2 failed)");
        evidence.putArray("recentChecks").addObject().put("requests", 9).put("errors", 0);
        evidence.withArray("recentChecks").addObject().put("requests", 6).put("errors", 4);
        audit.append(NewAuditEvent.forPromotion(AuditKind.DECISION, Actor.SYSTEM, "p-1", decided)
                .withDecision("rollback"));
        audit.append(NewAuditEvent.forPromotion(AuditKind.ROLLBACK_EXECUTED, Actor.SYSTEM, "p-1", reason("look")));
        audit.append(NewAuditEvent.forPromotion(
                AuditKind.ROLLBACK_INEFFECTIVE,
                Actor.SYSTEM,
                "p-1",
                reason("the rollback did not help: the previous release a fails 92.0% of its last 50 calls")
                        .put("worker", "a")));
        EvidenceBundle bundle = collect("still failing");
        Files.writeString(
                bundle.folder().resolve("failures.json"),
                "{\"now\":{\"releases\":[{\"release\":\"a\",\"role\":\"active\",\"since\":\"2026-11-23T15:00:00Z\","
                        + "\"calls\":200,\"tools\":[{\"tool\":\"look\",\"calls\":200,\"kinds\":[{\"kind\":\"disk\","
                        + "\"type\":\"tool-error\",\"count\":46}]}]}]}}");

        String markdown = report(Optional.empty()).markdown();

        assertThat(markdown)
                .contains(
                        "- Checks: passed, breach (1 of 2 failed)\n- Failed calls in these checks: 4 of 15\n",
                        "- the rollback did not help: the previous release a fails 92.0% of its last 50 calls, said at",
                        "- when collected: what failed in a (active): 46 of 200 calls (23.0%)",
                        "\n- It did not help at 2026-11-23")
                .doesNotContain("Failed checks");

        decision("rollback", 0.5, 3);
        clock.advance(Duration.ofSeconds(1));
        collect("another");
        assertThat(report(Optional.empty()).markdown())
                .as("a later action is another one")
                .doesNotContain("did not help");
    }

    private void decision(String action, double errorRate, int failures) {
        ObjectNode payload = reason("High error rate (" + errorRate * 100 + "%)")
                .put("errorRate", errorRate)
                .put("failureCount", failures);
        audit.append(NewAuditEvent.forPromotion(AuditKind.DECISION, Actor.SYSTEM, "p-1", payload)
                .withDecision(action));
    }

    private static ObjectNode reason(String reason) {
        return JSON.createObjectNode().put("reason", reason);
    }

    private EvidenceBundle collect(String title) {
        return collector(sources()).collect(title, HOUR, EvidenceProgressListener.NONE);
    }

    private IncidentReport report(Optional<String> id) {
        return IncidentReport.write(incidents, id, Optional.empty(), Optional.empty());
    }

    private EvidenceCollector collector(EvidenceSources sources) {
        return new EvidenceCollector(sources, incidents, clock);
    }

    private EvidenceSources sources() {
        return new EvidenceSources(
                new EvidenceSources.Files(
                        folder.resolve("worker_manager.json"),
                        folder.resolve("orchestration_metrics.json"),
                        Optional.of(folder.resolve("messages.log")),
                        Optional.of(folder.resolve("weathervane.yaml"))),
                () -> JSON.createObjectNode().put("state", "stopped"),
                () -> List.of(
                        new FlagRow("DISABLE_NEW", Optional.of("1"), Optional.empty(), "1"),
                        new FlagRow("PROMPT_MODE", Optional.of("compact"), Optional.of("verbose"), "compact")),
                audit,
                audit::waiting,
                Map.of("HOOK_SECRET", "t0psecret", "PATH", "/bin", "WVO_INPUT_TOK", "t0psecret-of-a-client"));
    }

    private static JsonNode manifest(EvidenceBundle bundle) throws IOException {
        return JSON.readTree(text(bundle, "manifest.json"));
    }

    private static String text(EvidenceBundle bundle, String name) throws IOException {
        return Files.readString(bundle.folder().resolve(name));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
