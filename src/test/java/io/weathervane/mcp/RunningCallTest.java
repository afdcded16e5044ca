package io.weathervane.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.tool.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RunningCallTest {
    private final List<String> sent = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final RunningCall call = call("{\"_meta\":{\"progressToken\":7}}");
    private final AtomicInteger stops = new AtomicInteger();

    @Test
    void sendsNothingAfterTheAnswer() {
        call.answer(answer());
        call.progress(1, 2, "late");
        call.answer(answer());
        call.cancel();

        assertThat(sent).containsExactly("answer");
        assertThat(call.cancelled()).isFalse();
    }

    @Test
    void sendsNothingAfterACancellation() {
        call.onCancel(stops::incrementAndGet);
        call.cancel();
        call.cancel();
        call.progress(1, 2, "late");
        call.answer(answer());
        call.expire(answer());

        assertThat(sent).containsExactly("abandoned");
        assertThat(stops).hasValue(1);
        assertThat(call.cancelled()).isTrue();
    }

    @Test
    void runsAnActionAtOnceWhenItIsTooLateToWait() {
        call.cancel();
        call.onCancel(stops::incrementAndGet);

        assertThat(stops).hasValue(1);
    }

    @Test
    void tellsTheToolToStopEvenWhenAnEarlierActionFails() {
        call.onCancel(() -> {
            throw new IllegalStateException("first");
        });
        call.onCancel(stops::incrementAndGet);
        call.expire(answer());

        assertThat(stops).hasValue(1);
        assertThat(sent).containsExactly("answer");
    }

    @Test
    void hasEndedForAllWhoWaitForThatBeforeItsClientCanKnow() {
        call.whenEnded(() -> sent.add("its id is free"));
        call.whenEnded(() -> sent.add("its subscription is gone"));
        call.answer(answer());

        assertThat(sent).containsExactly("its id is free", "its subscription is gone", "answer");
    }

    @Test
    void forgetsItsActionsOnceAnswered() {
        call.onCancel(stops::incrementAndGet);
        call.answer(answer());
        call.onCancel(stops::incrementAndGet);

        assertThat(stops).hasValue(0);
    }

    @Test
    void sendsProgressWithTheTokenOfItsRequestAndNoneWithoutOne() {
        call("{}").progress(1, 3, "");
        call.progress(1, 3, "");
        call.progress(ScriptedTools.json("{\"progress\":2,\"progressToken\":\"theirs\"}"));

        assertThat(sent)
                .containsExactly(
                        "{\"progressToken\":7,\"progress\":1,\"total\":3}", "{\"progress\":2,\"progressToken\":7}");
    }

    @Test
    void isNotBlockedWhenItWasCancelledBefore() {
        call.cancel(Optional.of("not needed"));

        assertThat(call.block(answer())).isFalse();
        assertThat(call.isBlocked()).isFalse();
        assertThat(call.cancelReason()).contains("not needed");
    }

    @Test
    void isBlockedForItsToolWhenABlockEndsIt() {
        call.onCancel(() -> sent.add("blocked=" + call.isBlocked()));

        assertThat(call.block(answer())).isTrue();
        assertThat(sent).containsExactly("answer", "blocked=true");
    }

    private RunningCall call(String params) {
        JsonRpcMessage.Request request =
                new JsonRpcMessage.Request(RequestId.of(1), "tools/call", ScriptedTools.json(params));
        return new RunningCall(
                McpRequest.of(request, Optional.empty(), Optional.empty()),
                new Recorder(),
                Optional.empty(),
                nanos::get);
    }

    private static JsonRpcMessage.Response answer() {
        return new JsonRpcMessage.Success(RequestId.of(1), ScriptedTools.json("{}"));
    }

    private final class Recorder implements ResponseChannel {
        @Override
        public Caller caller() {
            return new Caller("ada", Caller.Transport.STDIO);
        }

        @Override
        public boolean send(JsonRpcMessage message) {
            sent.add(((JsonRpcMessage.Notification) message).params().toString());
            return true;
        }

        @Override
        public void answer(JsonRpcMessage.Response response) {
            sent.add("answer");
        }

        @Override
        public void abandon() {
            sent.add("abandoned");
        }
    }
}
