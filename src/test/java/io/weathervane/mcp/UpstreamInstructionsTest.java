package io.weathervane.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.completion.UpstreamCompletionSource;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.testing.TestDispatchers;
import io.weathervane.transport.stdio.LineClient;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a server behind this one says of itself comes with the first answer, however late that server is up. */
class UpstreamInstructionsTest {
    private static final String META =
            "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}";
    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                    + "\"clientInfo\":{\"name\":\"test\",\"version\":\"1\"}}}";
    private static final String DISCOVER =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\",\"params\":{" + META + "}}";

    private final CountDownLatch up = new CountDownLatch(1);
    private final ScriptedTools tools = new ScriptedTools();

    @ParameterizedTest
    @ValueSource(strings = {INITIALIZE, DISCOVER})
    void isWaitedForWithoutHoldingUpOtherRequests(String hello) throws Exception {
        try (LineClient client = new LineClient(server())) {
            client.send(hello);
            JsonNode said = client.ask("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/call\",\"params\":{\"name\":"
                    + "\"say\",\"arguments\":{\"text\":\"at once\"}}}");

            assertThat(said.path("id").asInt()).isEqualTo(2);
            assertThat(client.unread()).isZero();
            up.countDown();

            JsonNode answer = client.receive();
            assertThat(answer.path("id").asInt()).isEqualTo(1);
            assertThat(answer.at("/result/instructions").asString("")).isEqualTo("Ours.\n\nThe worker's.");
        }
    }

    @Test
    void aChangeIsToldAfterTheAnswerToInitializeHoweverSoonTheClientIsReady() throws Exception {
        McpDispatcher dispatcher = server();
        try (LineClient client = new LineClient(dispatcher)) {
            client.send(INITIALIZE);
            client.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            client.ask("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}");
            dispatcher.changes().toolsChanged();
            client.ask("{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"ping\"}");
            up.countDown();

            assertThat(client.receive().path("id").asInt()).isEqualTo(1);
            assertThat(client.receive().path("method").asString()).isEqualTo("notifications/tools/list_changed");
        }
    }

    private McpDispatcher server() {
        UpstreamServices upstream = new UpstreamServices(
                UpstreamCompletionSource.none(),
                UpstreamSubscriptions.none(),
                worker(),
                UpstreamTasks.none(),
                io.weathervane.mcp.UpstreamExtensionMethods.none(),
                io.weathervane.mcp.UpstreamListMetaSource.none());
        return TestDispatchers.of(McpServices.of(new ServerInfo("test", "Test server", "0", "Ours."), tools.registry())
                .with(upstream));
    }

    private UpstreamInstructions worker() {
        return new UpstreamInstructions() {
            @Override
            public String text() {
                try {
                    up.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return "The worker's.";
            }

            @Override
            public boolean isAwaited() {
                return up.getCount() > 0;
            }
        };
    }
}
