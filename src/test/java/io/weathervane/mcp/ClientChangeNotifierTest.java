package io.weathervane.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.tool.Caller;
import io.weathervane.tool.ToolResult;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ClientChangeNotifierTest {
    private final ScriptedClient client =
            new ScriptedClient(call -> ToolResult.of("", JsonRpcCodec.JSON.createObjectNode()));

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void acknowledgesFirstWhatItHonours() throws Exception {
        RunningCall listen =
                client.send("subscriptions/listen", listen("{\"toolsListChanged\":true,\"promptsListChanged\":true}"));

        JsonNode acknowledged = client.receive();
        assertThat(acknowledged.path("method").asString("")).isEqualTo("notifications/subscriptions/acknowledged");
        assertThat(acknowledged.at("/params/notifications").toString()).isEqualTo("{\"toolsListChanged\":true}");
        assertThat(subscription(acknowledged)).isEqualTo("1");
        assertThat(listen.hasEnded()).isFalse();
    }

    @Test
    void tellsOnlyWhatWasAskedForWithTheIdOfTheRequest() throws Exception {
        client.send("subscriptions/listen", listen("{\"toolsListChanged\":true}"));
        client.receive();

        client.dispatcher.changes().promptsChanged();
        client.dispatcher.changes().resourceUpdated("test://other");
        client.dispatcher.changes().toolsChanged();

        JsonNode told = client.receive();
        assertThat(told.path("method").asString("")).isEqualTo("notifications/tools/list_changed");
        assertThat(subscription(told)).isEqualTo("1");
        assertThat(client.unread()).isZero();
    }

    @Test
    void endsWithAResultWhenTheServerEnds() throws Exception {
        client.send("subscriptions/listen", listen("{\"toolsListChanged\":true}"));
        client.receive();

        client.dispatcher.endListens();

        JsonNode cancelled = client.receive();
        assertThat(cancelled.path("method").asString("")).isEqualTo("notifications/cancelled");
        JsonNode result = client.receive().path("result");
        assertThat(result.path("resultType").asString("")).isEqualTo("complete");
        assertThat(result.at("/_meta/io.modelcontextprotocol~1subscriptionId").asInt(0))
                .isEqualTo(1);
    }

    @Test
    void tellsNothingAfterTheClientHasCancelled() throws Exception {
        client.send("subscriptions/listen", listen("{\"toolsListChanged\":true}"))
                .cancel();
        client.receive();
        assertThat(client.receive().has("abandoned")).isTrue();

        client.dispatcher.changes().toolsChanged();
        client.dispatcher.endListens();

        client.send("subscriptions/listen", listen("{\"toolsListChanged\":true}"));
        assertThat(subscription(client.receive())).isEqualTo("2");
    }

    @Test
    void refusesAFilterThatIsNone() throws Exception {
        for (String filter : new String[] {"null", "[]", "{\"toolsListChanged\":1}"}) {
            assertThat(client.ask("subscriptions/listen", listen(filter))
                            .at("/error/code")
                            .asInt(0))
                    .isEqualTo(-32602);
        }
    }

    @Test
    void tellsALegacyClientOfListsOnceItIsReady() throws Exception {
        client.dispatcher.changes().toolsChanged();
        client.session.notified(
                new JsonRpcMessage.Notification("notifications/initialized", ScriptedTools.json("{}")),
                new Caller("ada", Caller.Transport.STDIO));
        client.dispatcher.changes().promptsChanged();

        assertThat(client.receive().path("method").asString("")).isEqualTo("notifications/prompts/list_changed");
        client.session.close();
        client.dispatcher.changes().promptsChanged();
        assertThat(client.unread()).isZero();
    }

    @Test
    void aClientThatDoesNotReadHoldsUpNobodyAndIsToldEachChangeOnce() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        Semaphore told = new Semaphore(0);
        ClientSession slow = client.dispatcher.openSession(message -> {
            told.release();
            awaitQuietly(stuck);
        });
        slow.notified(
                new JsonRpcMessage.Notification("notifications/initialized", ScriptedTools.json("{}")),
                new Caller("ada", Caller.Transport.STDIO));
        client.dispatcher.changes().toolsChanged();
        assertThat(told.tryAcquire(60, TimeUnit.SECONDS)).isTrue();

        for (int i = 0; i < 1000; i++) {
            client.dispatcher.changes().toolsChanged();
        }
        stuck.countDown();

        assertThat(told.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        slow.close();
        assertThat(told.availablePermits()).isZero();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String subscription(JsonNode message) {
        return message.at("/params/_meta/io.modelcontextprotocol~1subscriptionId")
                .toString();
    }

    private static String listen(String filter) {
        return "{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
                + "\"io.modelcontextprotocol/clientCapabilities\":{}},\"notifications\":" + filter + "}";
    }
}
