package io.weathervane.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.testing.FakeTicker;
import io.weathervane.testing.ScriptedTools;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressRenewedDeadlineTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final FakeTicker ticker = new FakeTicker();
    private final ProgressRenewedDeadline deadline =
            new ProgressRenewedDeadline(ticker, LIMIT, ScriptedTools.json("{\"_meta\":{\"progressToken\":\"call\"}}"));

    @Test
    void isOverAfterTheLimit() {
        assertThat(deadline.nanosLeft()).isEqualTo(LIMIT.toNanos());
        ticker.advance(LIMIT.plusSeconds(1));

        assertThat(deadline.nanosLeft()).isZero();
    }

    @Test
    void progressOfTheRequestGivesTheWholeLimitAgain() {
        ticker.advance(LIMIT.minusSeconds(1));
        receive("notifications/progress", "{\"progressToken\":\"call\",\"progress\":1}");

        assertThat(deadline.nanosLeft()).isEqualTo(LIMIT.toNanos());
    }

    @Test
    void nothingElseThatIsHeardGivesMoreTime() {
        ticker.advance(LIMIT.minusSeconds(1));
        receive("notifications/progress", "{\"progressToken\":\"another\",\"progress\":1}");
        receive("notifications/message", "{\"progressToken\":\"call\"}");

        assertThat(deadline.nanosLeft()).isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void aRequestWithoutATokenHasNoProgress() {
        ProgressRenewedDeadline plain = new ProgressRenewedDeadline(ticker, LIMIT, ScriptedTools.json("{}"));
        ticker.advance(LIMIT);
        plain.renew(new JsonRpcMessage.Notification("notifications/progress", ScriptedTools.json("{}")));

        assertThat(plain.nanosLeft()).isZero();
    }

    private void receive(String method, String params) {
        deadline.renew(new JsonRpcMessage.Notification(method, ScriptedTools.json(params)));
    }
}
