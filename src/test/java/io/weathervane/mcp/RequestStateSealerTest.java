package io.weathervane.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.testing.ScriptedTools;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class RequestStateSealerTest {
    private static final ObjectNode REMEMBERED = ScriptedTools.json("{\"a\":1}");

    private final AtomicLong nanos = new AtomicLong();
    private final RequestStateSealer states = new RequestStateSealer(nanos::get);

    @Test
    void opensWhatItSealedForTheSameCall() {
        assertThat(states.open(states.seal("x", REMEMBERED), "x").remembered()).isEqualTo(REMEMBERED);
    }

    @Test
    void refusesAStateChangedAtAnyPlace() {
        String state = states.seal("x", REMEMBERED);

        for (int i = 0; i < state.length(); i++) {
            char other = state.charAt(i) == 'A' ? 'B' : 'A';
            String changed = state.substring(0, i) + other + state.substring(i + 1);
            assertThatThrownBy(() -> states.open(changed, "x"))
                    .as("at %d", i)
                    .isInstanceOf(JsonRpcException.class)
                    .hasMessageContaining("is not one of this server's");
        }
    }

    @Test
    void refusesWhatALenientDecoderWouldLetPass() {
        String state = states.seal("x", REMEMBERED);

        for (String more : new String[] {"-TAMPERED", "=", "==", "\n", " ", "."}) {
            assertThatThrownBy(() -> states.open(state + more, "x")).isInstanceOf(JsonRpcException.class);
        }
        assertThatThrownBy(() -> states.open("", "x")).isInstanceOf(JsonRpcException.class);
        assertThatThrownBy(() -> states.open(".", "x")).isInstanceOf(JsonRpcException.class);
    }

    @Test
    void refusesAStateOfAnotherServer() {
        String foreign = new RequestStateSealer(nanos::get).seal("x", REMEMBERED);

        assertThatThrownBy(() -> states.open(foreign, "x")).hasMessageContaining("is not one of this server's");
    }

    @Test
    void refusesAStateOfAnotherCall() {
        String state = states.seal("x", REMEMBERED);

        assertThatThrownBy(() -> states.open(state, "y")).hasMessageContaining("belongs to another call");
    }

    @Test
    void refusesAStateOlderThanFiveMinutes() {
        String state = states.seal("x", REMEMBERED);
        nanos.addAndGet(Duration.ofMinutes(5).toNanos());
        states.open(state, "x");
        nanos.addAndGet(1);

        assertThatThrownBy(() -> states.open(state, "x")).hasMessageContaining("older than 5 minutes");
    }

    @Test
    void isUsedOnceUnlessNothingWasDone() {
        RequestStateSealer.Opened state = states.open(states.seal("x", REMEMBERED), "x");
        states.use(state);
        assertThatThrownBy(() -> states.use(state)).hasMessageContaining("was used already");

        states.unuse(state);
        states.use(state);
        assertThatThrownBy(() -> states.use(state)).hasMessageContaining("was used already");
    }
}
