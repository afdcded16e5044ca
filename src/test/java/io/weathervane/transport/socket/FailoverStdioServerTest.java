package io.weathervane.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.Await;
import io.weathervane.testing.StdioClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Several stdio servers on one workspace, each a real process. */
class FailoverStdioServerTest {
    private static final String HELLO =
            "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}";

    @TempDir
    private Path state;

    private final List<StdioClient> clients = new ArrayList<>();

    @AfterEach
    void endAll() {
        clients.forEach(StdioClient::close);
    }

    @Test
    void anotherTakesOverWhenTheOwnerIsKilledAndEveryClientGoesOn() throws Exception {
        StdioClient first = initialized();
        StdioClient second = initialized();
        StdioClient third = initialized();
        for (StdioClient client : clients) {
            assertThat(client.text(client.call("who"))).isEqualTo(Long.toString(first.pid()));
        }

        first.kill();

        String owner = second.text(second.call("who"));
        assertThat(owner).isIn(Long.toString(second.pid()), Long.toString(third.pid()));
        assertThat(third.text(third.call("who"))).isEqualTo(owner);
        assertThat(WorkspaceLock.ownerOf(state).map(WorkspaceOwnerInfo::pid)).contains(Long.parseLong(owner));

        StdioClient left = owner.equals(Long.toString(second.pid())) ? third : second;
        (left == second ? third : second).kill();
        assertThat(left.text(left.call("who"))).isEqualTo(Long.toString(left.pid()));
        assertThat(left.received())
                .allSatisfy(message ->
                        assertThat(message.path("id").isIntegralNumber()).isTrue());
    }

    @Test
    void endsAtOnceWhenTheServerThatStartedItRefusesIt() throws Exception {
        try (RefusingOwner owner = new RefusingOwner(state, SocketServer.OWN_PROCESS)) {
            StdioClient refused = SmallServer.client(state);
            clients.add(refused);
            refused.send("initialize", HELLO);

            Await.until("it ends", () -> !refused.handle().isAlive());
            refused.awaitStderr("does not serve this process", "a process that this server started");
            assertThat(owner.refusals()).hasSize(1);
        }
    }

    @Test
    void pausesLongerAndLongerWhenItIsRefused() throws Exception {
        try (RefusingOwner owner = new RefusingOwner(state, "the workspace's socket is full")) {
            StdioClient refused = SmallServer.client(state);
            clients.add(refused);
            refused.send("initialize", HELLO);

            Await.until("it has tried again", () -> owner.refusals().size() >= 4);

            List<Long> times = owner.refusals();
            assertThat(Duration.ofNanos(times.get(3) - times.get(0)))
                    .as("0.1, 0.2 and 0.4 s")
                    .isGreaterThanOrEqualTo(Duration.ofMillis(700));
            assertThat(refused.received()).isEmpty();
        }
    }

    @Test
    void aCallThatMayHaveChangedSomethingIsAnsweredAsUnknownWhenItsOwnerIsKilled() throws Exception {
        StdioClient owner = initialized();
        StdioClient relayed = initialized();
        Files.createFile(state.resolve("hold"));
        int call = relayed.call("write");
        awaitBegun("write");

        Files.delete(state.resolve("hold"));
        owner.kill();

        JsonNode result = relayed.answer(call).path("result");
        assertThat(result.path("isError").asBoolean()).isTrue();
        assertThat(relayed.text(call)).contains("write", "unknown", "audit_query");
        assertThat(relayed.text(relayed.call("who"))).isEqualTo(Long.toString(relayed.pid()));
        assertThat(Files.readString(state.resolve("begun"))).isEqualTo("write\n");
        assertThat(relayed.answers(call)).hasSize(1);
    }

    @Test
    void aCallThatOnlyReadsIsRunAgainWhenItsOwnerIsKilled() throws Exception {
        StdioClient owner = initialized();
        StdioClient relayed = initialized();
        relayed.answer(relayed.send("tools/list", "{}"));
        Files.createFile(state.resolve("hold"));
        int call = relayed.call("read");
        awaitBegun("read");

        Files.delete(state.resolve("hold"));
        owner.kill();

        assertThat(relayed.text(call)).isEqualTo(Long.toString(relayed.pid()));
        assertThat(relayed.answers(call)).hasSize(1);
    }

    @Test
    void theHandshakeOutlivesTheOwnerSoThatASecondOneIsRefusedAsEver() throws Exception {
        StdioClient owner = initialized();
        StdioClient relayed = initialized();

        owner.kill();

        assertThat(relayed.answer(relayed.send("initialize", HELLO)).has("error"))
                .isTrue();
    }

    @Test
    void badLinesThroughARelayCostOneMessageEach() throws Exception {
        initialized();
        StdioClient relayed = initialized();

        relayed.sendLine("{broken");
        relayed.sendLine(
                "{\"jsonrpc\":\"2.0\",\"method\":\"" + "x".repeat(SmallServer.LINE_BYTES_MAX) + "\",\"id\":77}");

        assertThat(relayed.text(relayed.call("who"))).isNotEmpty();
        Await.until("two refusals", () -> refusals(relayed).size() == 2);
        assertThat(refusals(relayed).toString()).contains("Parse error", "over the limit", "\"id\":77");
    }

    @Test
    void aRelayEndsWithItsInputOnceEverythingIsAnswered() throws Exception {
        initialized();
        StdioClient relayed = initialized();
        int call = relayed.call("who");

        relayed.endInput();

        assertThat(relayed.text(call)).isNotEmpty();
        assertThat(relayed.awaitExit()).isZero();
    }

    @Test
    void oneThatOnlyLooksChangesNothingThroughTheOwnerEither() throws Exception {
        StdioClient owner = initialized();
        StdioClient looking = SmallServer.lookingClient(state);
        clients.add(looking);

        JsonNode tools = looking.answer(looking.send("tools/list", "{}")).at("/result/tools");

        assertThat(tools.findValuesAsString("name")).containsExactly("who", "read");
        assertThat(looking.text(looking.call("who"))).isEqualTo(Long.toString(owner.pid()));
        assertThat(looking.answer(looking.call("write")).at("/error/message").asString(""))
                .startsWith("Unknown tool: write");
        assertThat(state.resolve("begun")).doesNotExist();
    }

    private StdioClient initialized() throws IOException {
        StdioClient client = SmallServer.client(state);
        clients.add(client);
        client.answer(client.send("initialize", HELLO));
        client.sendLine("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        return client;
    }

    private void awaitBegun(String tool) {
        Path begun = state.resolve("begun");
        Await.until(
                tool + " has begun",
                () -> Files.exists(begun) && Files.readString(begun).contains(tool));
    }

    private static List<JsonNode> refusals(StdioClient client) {
        return client.received().stream()
                .filter(message -> message.has("error"))
                .toList();
    }
}
