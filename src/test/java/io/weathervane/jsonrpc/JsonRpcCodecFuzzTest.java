package io.weathervane.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What must hold for any bytes at all. Plain tests run the saved inputs beside the resources; {@code scripts/fuzz}
 * looks for new ones.
 */
class JsonRpcCodecFuzzTest {
    /** A refusal is short, however long what it refuses is. */
    private static final int REFUSAL_LENGTH_MAX = 1000;

    @FuzzTest
    void readsAMessageOrSaysWhatIsWrong(byte[] bytes) {
        JsonRpcMessage message;
        try {
            message = JsonRpcCodec.read(bytes);
        } catch (JsonRpcReadException e) {
            JsonRpcMessage.Failure refusal = e.failure();
            assertThat(refusal.message()).hasSizeLessThan(REFUSAL_LENGTH_MAX);
            assertThat(sentAndRead(refusal)).isEqualTo(refusal);
            return;
        }
        assertThat(sentAndRead(message)).isEqualTo(message);
        assertThat(depth(JsonRpcCodec.toJson(message))).isLessThanOrEqualTo(JsonRpcCodec.DEPTH_MAX);
        assertThat(new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8))
                .as("only UTF-8 is accepted")
                .isEqualTo(bytes);
        assertSaysTheSame(JsonRpcCodec.tree(JsonRpcCodec.JSON, bytes), message);
    }

    private static JsonRpcMessage sentAndRead(JsonRpcMessage message) {
        byte[] line = JsonRpcCodec.write(message);
        assertThat(line).doesNotContain((byte) '\n', (byte) '\r');
        return JsonRpcCodec.read(line);
    }

    private static void assertSaysTheSame(JsonNode sent, JsonRpcMessage message) {
        if (message instanceof JsonRpcMessage.Request request) {
            assertSameId(sent.get("id"), request.id());
            assertThat(request.method()).isEqualTo(sent.get("method").stringValue());
        } else if (message instanceof JsonRpcMessage.Notification notification) {
            assertThat(sent.has("id")).isFalse();
            assertThat(notification.method()).isEqualTo(sent.get("method").stringValue());
        } else if (message instanceof JsonRpcMessage.Success success) {
            assertSameId(sent.get("id"), success.id());
            assertThat(success.result()).isEqualTo(sent.get("result"));
        } else if (message instanceof JsonRpcMessage.Failure failure && failure.id() != null) {
            assertSameId(sent.get("id"), failure.id());
        }
    }

    /** Of the same type too: "1" is not 1, but 1.0 is. */
    private static void assertSameId(JsonNode sent, @Nullable RequestId read) {
        JsonNode echoed = read == null ? null : read.toJson();
        assertThat(echoed).isNotNull();
        assertThat(echoed.getNodeType()).isEqualTo(sent.getNodeType());
        if (sent.isNumber()) {
            assertThat(echoed.decimalValue()).isEqualByComparingTo(sent.decimalValue());
        } else {
            assertThat(echoed.asString()).isEqualTo(sent.asString());
        }
    }

    private static int depth(JsonNode node) {
        int deepest = 0;
        for (JsonNode child : node) {
            deepest = Math.max(deepest, depth(child));
        }
        return node.isContainer() ? deepest + 1 : deepest;
    }
}
