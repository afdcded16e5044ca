package io.weathervane.bench;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/**
 * Looks at every answer: the text expected, no error. One in some is parsed as well; all of them would make the client
 * the limit. Not thread-safe.
 */
final class AnswerCheck {
    private static final byte[] ID = utf8("\"id\":");
    private static final byte[] TOOL_ERROR = utf8("\"isError\":true");
    private static final byte[] RESULT = utf8("\"result\":");
    private static final int PARSED_ONE_IN = 64;

    private final byte[] expected;
    private int seen;
    private int wrong;

    AnswerCheck(String expected) {
        this.expected = utf8(expected);
    }

    /** Counts the answer as right or wrong, and shows the first wrong one. */
    void look(byte[] bytes, int from, int end) {
        boolean right = Bytes.indexOf(bytes, end, RESULT, from) > 0
                && Bytes.indexOf(bytes, end, expected, from) > 0
                && Bytes.indexOf(bytes, end, TOOL_ERROR, from) < 0;
        if (!right || (seen++ % PARSED_ONE_IN == 0 && !parses(Arrays.copyOfRange(bytes, from, end)))) {
            wrong++;
            if (wrong == 1) {
                System.err.println("a wrong answer: " + new String(bytes, from, end - from, StandardCharsets.UTF_8));
            }
        }
    }

    int wrong() {
        return wrong;
    }

    /** The id of the answer, 0 when it has none. */
    static int id(byte[] bytes, int from, int end) {
        int at = Bytes.indexOf(bytes, end, ID, from);
        int id = 0;
        for (int i = at + ID.length; at >= 0 && i < end && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
            id = id * 10 + bytes[i] - '0';
        }
        return id;
    }

    private static boolean parses(byte[] answer) {
        JsonNode message = JsonRpcCodec.JSON.readTree(answer);
        return !message.path("result").path("isError").asBoolean(false)
                && message.path("result").path("content").path(0).path("text").isString();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
