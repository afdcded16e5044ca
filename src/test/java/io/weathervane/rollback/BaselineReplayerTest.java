package io.weathervane.rollback;

import static io.weathervane.rollback.TestMonitor.STABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditEvent;
import io.weathervane.audit.AuditKind;
import io.weathervane.flags.KillSwitchStatus;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.testing.Await;
import io.weathervane.util.Stopwatch;
import io.weathervane.util.Ticker;
import io.weathervane.worker.CallTally;
import io.weathervane.worker.HealthProbeSpec;
import io.weathervane.worker.LaunchSpec;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerKind;
import io.weathervane.worker.WorkerRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Before a rollback the previous worker is asked, with real processes. */
class BaselineReplayerTest {
    /** Calls of each tool before the promotion: enough for a record to be compared with. */
    private static final int RECORD = 60;

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

    /** What a busy machine may take beside the limit of the replay. */
    private static final Duration MARGIN = Duration.ofSeconds(10);

    /**
     * Answers {@code look}, which only reads, and {@code save}; each call is written to {@code calls-LABEL}. While there is a
     * file {@code down} or {@code down-LABEL} every call fails, while there is {@code refuse} or {@code refuse-LABEL} it is
     * refused as invalid, and while there is {@code hang-LABEL} none is answered.
     */
    private static final String SCRIPT = """
        label=$1
        cd "$2" || exit 1
        tool() { printf '{"name":"%s","inputSchema":{"type":"object"},"annotations":{"readOnlyHint":%s}}' "$1" "$2"; }
        while IFS= read -r line; do
            id=${line#*'"id":'}
            case $line in
            *'"method":"notifications/'*) continue ;;
            *'"method":"initialize"'*)
                reply='"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},'
                reply=$reply'"serverInfo":{"name":"'$label'","version":"1"}}' ;;
            *'"method":"tools/list"'*) reply='"result":{"tools":['$(tool look true),$(tool save "$3")']}' ;;
            *'"method":"tools/call"'*)
                printf '%s\\n' "$line" >>"calls-$label"
                [ -e "hang-$label" ] && continue
                reply='"result":{"content":[{"type":"text","text":"clear"}],"isError":false}'
                [ -e down ] || [ -e "down-$label" ] && reply='"error":{"code":-32000,"message":"upstream is down"}'
                    [ -e refuse ] || [ -e "refuse-$label" ] && reply='"error":{"code":-32602,"message":"no such city"}' ;;
            *) reply='"result":{}' ;;
            esac
            printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "${id%%[,\\}]*}" "$reply"
        done
        """;

    @TempDir
    Path folder;

    private TestMonitor on;

    @BeforeEach
    void promoteTheCanary() throws IOException {
        Files.writeString(folder.resolve("worker.sh"), SCRIPT);
        on = TestMonitor.in(folder)
                .release(release(STABLE, "false"))
                .release(release("canary", "true"))
                .start();
        for (int i = 0; i < RECORD; i++) {
            call("look");
            call("save");
        }
        Files.delete(folder.resolve("calls-stable"));
        on.promote("canary");
    }

    @AfterEach
    void close() {
        on.close();
    }

    @Test
    void anOutageThatBothFailDegradesAndPagesAndIsNoReasonOnceItIsOver() throws IOException {
        make("down");
        callUntil("look", "a page says that the previous release fails the same calls", () -> !vetoes().isEmpty());

        assertThat(vetoes())
                .singleElement()
                .satisfies(page -> assertThat(page.payload().path("reason").asString())
                        .startsWith("Degraded: no rollback, the previous release stable fails the same calls: "));
        assertThat(on.active()).isEqualTo("canary");
        assertThat(on.flags.killSwitch()).extracting(KillSwitchStatus::engaged).isEqualTo(false);

        assertThat(on.monitor.problems()).singleElement().asString().contains("fails the same calls");
        Files.delete(folder.resolve("down"));
        callUntil(
                "look",
                "the veto is over",
                () -> on.monitor.status().watch().orElseThrow().state().veto().isEmpty());
        long checks = on.monitor.status().checks();
        callUntil("look", "ten checks more", () -> on.monitor.status().checks() >= checks + 10);

        assertThat(on.hasAudited(AuditKind.ROLLBACK_EXECUTED)).isFalse();
        assertThat(on.monitor.problems()).isEmpty();
        assertThat(vetoes()).hasSize(1);
        assertThat(on.active()).isEqualTo("canary");
    }

    @Test
    void aRegressionRollsBackAndWhatThePreviousReleaseAnsweredIsKept() throws IOException {
        make("down-canary");
        callUntil("look", "the rollback", () -> on.hasAudited(AuditKind.ROLLBACK_EXECUTED));

        ObjectNode decision = on.audited(AuditKind.DECISION).stream()
                .filter(event -> event.decision().orElse("").equals(DecisionAction.ROLLBACK.wireName()))
                .findFirst()
                .orElseThrow()
                .payload();
        String replays = decision.path("evidence").path("recentChecks").toString();
        assertThat(replays).contains("\"replay\":{\"look\":[");
        assertThat(decision.path("conditions").toString()).contains("\"rule\":\"fails-on-previous\"");
        assertThat(vetoes()).isEmpty();
        assertThat(callsOf(STABLE)).hasSizeBetween(3, 2 * BaselineReplayer.CALLS_MAX);
    }

    @Test
    void callsMadeAgainCountNowhereAndCarryTheArgumentsOnly() throws IOException {
        make("down");
        callUntil("look", "the veto", () -> !vetoes().isEmpty());

        assertThat(on.workers.view().previous().orElseThrow().calls().sinceStart())
                .isEqualTo(new CallTally(2 * RECORD, 0, 0));
        assertThat(callsOf(STABLE))
                .isNotEmpty()
                .allSatisfy(line ->
                        assertThat(line).contains("\"params\":{\"name\":\"look\",\"arguments\":{\"city\":\"Bern\"}}"));
    }

    @Test
    void aPreviousReleaseThatHangsHoldsTheRollbackUpNoLongerThanTheLimit() throws IOException {
        make("hang-stable");
        make("down-canary");
        Stopwatch taken = new Stopwatch(Ticker.system(), Duration.ZERO);
        callUntil(
                "look", "the previous release is asked", () -> !callsOf(STABLE).isEmpty());
        Await.until("the rollback", () -> on.active().equals(STABLE));
        Files.delete(folder.resolve("hang-stable"));

        assertThat(taken.elapsed()).isLessThan(ReplayRun.TOTAL_LIMIT.plus(MARGIN));
        Await.until("the rollback is recorded", () -> on.hasAudited(AuditKind.ROLLBACK_EXECUTED));
    }

    @Test
    void argumentsThatBothRefuseNowAreNoReason() throws IOException {
        make("refuse");
        callUntil("look", "the veto", () -> !vetoes().isEmpty());

        assertThat(vetoes().get(0).payload().path("reason").asString())
                .startsWith("Degraded: no rollback, the previous release stable fails the same calls: ")
                .contains("look with arguments that were valid before were refused as invalid");
        assertThat(on.active()).isEqualTo("canary");
    }

    @Test
    void argumentsThatOnlyTheNewReleaseRefusesRollBack() throws IOException {
        make("refuse-canary");
        callUntil("look", "the rollback", () -> on.hasAudited(AuditKind.ROLLBACK_EXECUTED));

        assertThat(vetoes()).isEmpty();
    }

    /** The new release says that it only reads; the previous one does not. */
    @Test
    void aToolThatOneOfBothReleasesSaysMayWriteIsNeverCalledAgain() throws IOException {
        make("down");
        callUntil("save", "the rollback", () -> on.hasAudited(AuditKind.ROLLBACK_EXECUTED));

        // Callers' calls reach it after the rollback and are counted; a call made again would not be.
        assertThat((long) callsOf(STABLE).size())
                .isEqualTo(on.workers
                        .view()
                        .active()
                        .orElseThrow()
                        .calls()
                        .sinceActive()
                        .requests());
        assertThat(callsOf("canary")).isNotEmpty();
    }

    private void callUntil(String tool, String what, Callable<Boolean> condition) {
        Await.until(what, Duration.ofSeconds(60), () -> {
            call(tool);
            return condition.call();
        });
    }

    private void call(String tool) {
        try {
            ObjectNode arguments =
                    JsonMapper.builder().build().createObjectNode().put("city", "Bern");
            assertThat(on.workers
                            .call(tool, arguments, WorkerCallContext.none())
                            .isError())
                    .isFalse();
        } catch (WorkerCallException e) {
            assertThat(e.kind()).isIn(WorkerCallException.Kind.RPC_ERROR, WorkerCallException.Kind.TIMEOUT);
        }
    }

    private List<AuditEvent> vetoes() {
        return on.audited(AuditKind.RELEASE_DEGRADED).stream()
                .filter(event -> event.payload().path("rollbackVetoed").asBoolean(false))
                .toList();
    }

    private List<String> callsOf(String label) throws IOException {
        Path calls = folder.resolve("calls-" + label);
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    private void make(String file) throws IOException {
        Files.createFile(folder.resolve(file));
    }

    private WorkerRelease release(String label, String saveOnlyReads) {
        return new WorkerRelease(
                label,
                WorkerKind.MCP,
                LaunchSpec.of(
                        List.of("sh", folder.resolve("worker.sh").toString(), label, folder.toString(), saveOnlyReads)),
                new HealthProbeSpec("ping", Duration.ofSeconds(2), Duration.ofMillis(20)),
                CALL_TIMEOUT,
                List.of());
    }
}
