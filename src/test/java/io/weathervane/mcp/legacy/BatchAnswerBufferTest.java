package io.weathervane.mcp.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.util.MemoryBudget;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the answers of a batch claim while they wait for each other. */
class BatchAnswerBufferTest {
    private final MemoryBudget budget = MemoryBudget.ofBytes(2000);
    private final BatchAnswerBuffer batch = new BatchAnswerBuffer(budget);

    @AfterEach
    void close() {
        batch.close();
    }

    @Test
    void anAnswerThatThereIsNoMemoryForFailsInWordsAndTheOthersStayWhole() {
        batch.add(answer(1, 600));
        batch.add(answer(2, 600));
        batch.add(answer(3, 200));

        JsonNode sent = JsonRpcCodec.JSON.readTree(batch.array("\n"));

        assertThat(new String(batch.array("\n"), StandardCharsets.UTF_8)).endsWith("]\n");
        assertThat(sent).hasSize(3);
        assertThat(sent.at("/0/result").asString()).hasSize(600);
        assertThat(sent.at("/1/id").asInt()).isEqualTo(2);
        assertThat(sent.at("/1/error/code").asInt()).isEqualTo(-32603);
        assertThat(sent.at("/1/error/message").asString())
                .contains("no memory for this answer of 6")
                .contains("1000 bytes at a time for each batch, 2000 in all")
                .contains("what it answers is done");
        assertThat(sent.at("/2/result").asString()).hasSize(200);
    }

    @Test
    void theClaimIsHeldUntilTheBatchIsSent() throws Exception {
        MemoryBudget.Account another = budget.account();
        batch.add(answer(1, 1500));
        assertThat(another.claim(1000, Duration.ZERO)).isFalse();
        batch.array("");
        assertThat(another.claim(1000, Duration.ZERO)).as("not sent yet").isFalse();

        batch.close();

        assertThat(another.claim(2000, Duration.ZERO)).isTrue();
    }

    @Test
    void anAnswerThatComesAfterTheEndClaimsNothing() throws Exception {
        batch.close();
        batch.add(answer(1, 600));

        assertThat(batch.isEmpty()).isTrue();
        assertThat(budget.account().claim(2000, Duration.ZERO)).isTrue();
    }

    private static JsonRpcMessage.Response answer(int id, int length) {
        return new JsonRpcMessage.Success(
                RequestId.of(id), JsonRpcCodec.JSON.getNodeFactory().stringNode("x".repeat(length)));
    }
}
