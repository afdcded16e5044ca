package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.AuditLog;
import io.weathervane.audit.AuditVerificationResult;
import io.weathervane.audit.AuditVerifier;
import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.store.Database;
import io.weathervane.store.SqliteDatabase;
import io.weathervane.store.StoreOptions;
import io.weathervane.testing.Await;
import io.weathervane.testing.ServerProcess;
import io.weathervane.util.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code kill -9} of the server at any moment, again and again, while it writes flags, engages and resets the kill
 * switch, promotes and rolls back: what it acknowledged is there afterwards, the audit verifies, no worker is left
 * behind. A few kills in each build; as many as one likes by {@code scripts/soak crash}.
 */
@Tag("slow")
@Tag("essential")
class ServerCrashIT {
    private static final int KILLS = Integer.getInteger("weathervane.kills", 10);
    private static final int LIFE_MAX_MILLIS = 350;

    private static final String CONFIG = """
        monitor: {checkInterval: 200ms, gracePeriod: 10m}
        workers:
          initial: a
          releases:
            a: {kind: json-rpc, command: [sh, worker.sh]}
            b: {kind: json-rpc, command: [sh, worker.sh]}
        """;

    /** A worker that starts in no time, so that the kills hit the server at work and not at its start. */
    private static final String WORKER = """
        while IFS= read -r line; do
            id=${line#*'"id":'}
            printf '{"jsonrpc":"2.0","id":%s,"result":true}\\n' "${id%%[,\\}]*}"
        done
        """;

    @TempDir
    Path workspace;

    private final Random random = new Random(Long.getLong("weathervane.seed", 20261123));
    private int counter;

    /** What the server has acknowledged; {@code tried} is what an unanswered call may have changed. */
    private record Known(String sensitivity, boolean engaged, String active, Optional<String> promotion) {}

    private Known acknowledged = new Known("0.5", false, "a", Optional.empty());
    private Known tried = acknowledged;

    @Test
    void nothingAcknowledgedIsLostByKills() throws Exception {
        Files.writeString(workspace.resolve("weathervane.yaml"), CONFIG);
        Files.writeString(workspace.resolve("worker.sh"), WORKER);

        for (int kill = 0; kill < KILLS; kill++) {
            Set<ProcessHandle> workers = new HashSet<>();
            try (ServerProcess server = ServerProcess.serve(workspace)) {
                assertNothingLost(server, kill);
                operateUntilKilled(server, workers);
            }
            Await.until("no worker is left behind", () -> workers.stream().noneMatch(ProcessHandle::isAlive));
        }

        AuditVerificationResult audit = verifyAudit();
        assertThat(audit.firstProblem()).isEmpty();
        assertThat(audit.intact()).isTrue();
    }

    private AuditVerificationResult verifyAudit() {
        Workspace place = Workspace.in(workspace);
        try (Database database = SqliteDatabase.open(place.database(), StoreOptions.defaults())) {
            return AuditVerifier.verify(new AuditLog(database, Clock.systemUTC()), database, place.analytics());
        }
    }

    private void assertNothingLost(ServerProcess server, int kill) throws Exception {
        String when = "after kill " + kill + ": " + acknowledged + " or " + tried;
        JsonNode flags = server.operate("mcp_admin_flags", "{\"action\":\"get\"}");
        JsonNode sensitivity = flags.path("flags").path("RESEARCH_TRIGGER_SENSITIVITY");
        String wanted =
                sensitivity.path("held").asString(sensitivity.path("stored").asString(""));
        boolean engaged = flags.path("killSwitch").path("engaged").asBoolean();
        Await.until("the worker runs", () -> !active(server).isNull());
        String active = active(server).path("label").asString("");

        assertThat(wanted).as(when).isIn(acknowledged.sensitivity, tried.sensitivity);
        assertThat(engaged).as(when).isIn(acknowledged.engaged, tried.engaged);
        assertThat(active).as(when).isIn(acknowledged.active, tried.active);
        Optional<String> promotion = acknowledged.promotion.filter(id -> acknowledged.equals(tried));
        if (promotion.isPresent()) {
            JsonNode monitor = server.operate("monitor_status", "{}");
            assertThat(monitor.path("promotionId").asString("")).as(when).isEqualTo(promotion.get());
        }
        acknowledged = new Known(wanted, engaged, active, promotion);
        tried = acknowledged;
    }

    private static JsonNode active(ServerProcess server) throws Exception {
        return server.operate("worker_status", "{}").path("active");
    }

    private void operateUntilKilled(ServerProcess server, Set<ProcessHandle> workers) throws Exception {
        int life = 1 + random.nextInt(LIFE_MAX_MILLIS);
        AtomicBoolean killed = new AtomicBoolean();
        Thread killer = new Thread(() -> {
            LockSupport.parkNanos(Duration.ofMillis(life).toNanos());
            killed.set(true);
            server.handle().destroyForcibly();
        });
        workers.addAll(server.handle().children().toList());
        killer.start();
        try {
            while (server.handle().isAlive()) {
                operateOnce(server);
                workers.addAll(server.handle().children().toList());
            }
        } catch (IOException e) {
            assertThat(killed).as("only the kill may break a call, not: " + e).isTrue();
        }
        killer.join();
    }

    private void operateOnce(ServerProcess server) throws Exception {
        switch (random.nextInt(10)) {
            case 0 -> call(server, "kill_switch_engage", "{}", with(true));
            case 1, 2 -> call(server, "mcp_admin_flags", flags("DISABLE_NEW", "0"), with(false));
            case 3 -> server.call("worker_start_canary", ServerProcess.object().put("release", other()));
            case 4, 5 -> promote(server);
            case 6 -> rollBack(server);
            default -> set(server);
        }
    }

    private void set(ServerProcess server) throws Exception {
        counter = (counter + 1) % 1000;
        String value = String.format(Locale.ROOT, "0.%03d", counter);
        Known next = new Known(value, acknowledged.engaged, acknowledged.active, acknowledged.promotion);
        call(server, "mcp_admin_flags", flags("RESEARCH_TRIGGER_SENSITIVITY", value), next);
    }

    private void promote(ServerProcess server) throws Exception {
        tried = new Known(acknowledged.sensitivity, acknowledged.engaged, other(), Optional.empty());
        JsonNode result = server.call("worker_promote", ServerProcess.object().put("confirm", true));
        if (result.path("isError").asBoolean(false)) {
            tried = acknowledged;
            return;
        }
        JsonNode done = result.path("structuredContent");
        acknowledged = new Known(
                acknowledged.sensitivity,
                acknowledged.engaged,
                done.path("to").asString(""),
                Optional.of(done.path("promotionId").asString("")));
        tried = acknowledged;
    }

    private void rollBack(ServerProcess server) throws Exception {
        tried = new Known(acknowledged.sensitivity, acknowledged.engaged, other(), Optional.empty());
        JsonNode result = server.call("worker_rollback", ServerProcess.object());
        if (!result.path("isError").asBoolean(false)) {
            String to = result.path("structuredContent").path("to").asString("");
            acknowledged = new Known(acknowledged.sensitivity, acknowledged.engaged, to, Optional.empty());
        }
        tried = acknowledged;
    }

    private void call(ServerProcess server, String tool, String arguments, Known next) throws Exception {
        tried = next;
        JsonNode result = server.call(tool, (ObjectNode) JsonRpcCodec.JSON.readTree(arguments));
        if (!result.path("isError").asBoolean(false)) {
            acknowledged = next;
        }
        tried = acknowledged;
    }

    private Known with(boolean engaged) {
        return new Known(acknowledged.sensitivity, engaged, acknowledged.active, acknowledged.promotion);
    }

    private String other() {
        return acknowledged.active.equals("a") ? "b" : "a";
    }

    private static String flags(String key, String value) {
        return "{\"action\":\"set\",\"flags\":{\"" + key + "\":\"" + value + "\"}}";
    }
}
