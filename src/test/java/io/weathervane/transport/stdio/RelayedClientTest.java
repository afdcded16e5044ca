package io.weathervane.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.OperationsScope;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a process that passes a stdio client on says of it. */
class RelayedClientTest {
    private static final Caller USER = new Caller("ada", Caller.Transport.SOCKET);

    @Test
    void aWordThatIsNotKnownOffersNothing() {
        assertThat(after("\"everything\"", USER).operations()).isEqualTo(OperationsScope.NONE);
        assertThat(after("7", USER).operations()).isEqualTo(OperationsScope.NONE);
    }

    @Test
    void itGivesTheCallerNothing() {
        Caller viewer =
                new Caller("ada", Caller.Transport.SOCKET, Set.of(CallerRole.VIEWER)).offered(OperationsScope.SAFE);

        Caller told = after("\"all\"", viewer);

        assertThat(told.operations()).isEqualTo(OperationsScope.SAFE);
        assertThat(told.roles()).containsExactly(CallerRole.VIEWER);
    }

    @Test
    void theClientIsOneOnStdioOfTheSameUser() {
        Caller told = after("\"safe\"", USER);

        assertThat(told).isEqualTo(new Caller("ada", Caller.Transport.STDIO).offered(OperationsScope.SAFE));
    }

    @Test
    void theLineIsANotificationForEveryScope() {
        for (OperationsScope scope : OperationsScope.values()) {
            JsonRpcMessage message = JsonRpcCodec.read(RelayedClient.line(scope));

            assertThat(message).isInstanceOf(JsonRpcMessage.Notification.class);
            assertThat(RelayedClient.isToldBy((JsonRpcMessage.Notification) message))
                    .isTrue();
            assertThat(RelayedClient.after((JsonRpcMessage.Notification) message, USER)
                            .operations())
                    .isEqualTo(scope);
        }
    }

    private static Caller after(String word, Caller caller) {
        String line =
                new String(RelayedClient.line(OperationsScope.ALL), StandardCharsets.UTF_8).replace("\"all\"", word);
        return RelayedClient.after(
                (JsonRpcMessage.Notification) JsonRpcCodec.read(line.getBytes(StandardCharsets.UTF_8)), caller);
    }
}
