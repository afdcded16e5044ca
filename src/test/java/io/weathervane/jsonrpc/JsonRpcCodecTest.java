package io.weathervane.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.testing.UnsafeCharacters;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class JsonRpcCodecTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"code\":-99999999999,\"message\":\"m\"}         | -99999999999 | m | null",
                "{\"code\":-1.0,\"message\":\"m\",\"data\":null}     | -1     | m | null",
                "{\"code\":\"-7\",\"message\":\"m\",\"data\":[1]}    | -7     | m | [1]",
                "{\"code\":\"E_X\",\"message\":\"m\"}                | -32603 | m | {\"code\":\"E_X\"}",
                "{\"code\":\"E_X\",\"message\":\"m\",\"data\":\"d\"}   | -32603 | m | \"d\"",
                "{\"code\":123456789012345678901,\"message\":\"m\"} | -32603 | m | {\"code\":123456789012345678901}",
                "{\"code\":1.5,\"message\":\"m\"}                   | -32603 | m | {\"code\":1.5}",
                "{\"code\":5}                                     | 5      | an error without a message | null",
                "{\"code\":5,\"message\":{\"a\":1}}                 | 5      | {\"a\":1} | null",
                "{}                                             | -32603 | an error without a message | null",
                "\"it broke\"                                    | -32603 | it broke | null",
                "7                                              | -32603 | 7 | null"
            })
    void anErrorOfWhateverFormIsTheAnswer(String error, long code, String message, String data) {
        byte[] line = ("{\"jsonrpc\":\"2.0\",\"id\":4,\"error\":" + error + "}").getBytes(StandardCharsets.UTF_8);

        assertThat(JsonRpcCodec.read(line)).isInstanceOfSatisfying(JsonRpcMessage.Failure.class, failure -> {
            assertThat(failure.id()).isEqualTo(RequestId.of(4));
            assertThat(failure.code()).isEqualTo(code);
            assertThat(failure.message()).isEqualTo(message);
            assertThat(String.valueOf(failure.data())).isEqualTo(data);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"})
    void refusesOtherEncodingsThanUtf8(String charset) {
        byte[] message = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}".getBytes(Charset.forName(charset));

        assertFailure(message, -32700, null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"x\":1e9999999999999999999999}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"x\":-1e999}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"params\":{\"x\":NaN},\"id\":1}",
                "{\"jsonrpc\":\"2.0\",\"id\":1.0,\"method\":\"ping\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\nb\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\\q\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"meth",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":1,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"a\":[{\"b\":1,\"c\":{},\"b\":2}]}}"
            })
    void refusesWhatIsNotJsonWithTheIdThatItHas(String text) {
        assertFailure(text, -32700, RequestId.of(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":NaN,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":null,\"id\":1,\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":NaN}",
                "{\"jsonrpc\":\"2.0\",\"params\":{\"id\":1},\"method\":NaN}",
                "[{\"id\":1},NaN]",
                "{'jsonrpc':'2.0','id':1}"
            })
    void refusesWhatIsNotJsonWithoutAnIdThatIsNotCertainOrNotItsSenders(String text) {
        assertFailure(text, -32700, null);
    }

    @ParameterizedTest
    @ValueSource(ints = {0xC328, 0xA0A1, 0xFFFE, 0xC080})
    void refusesInvalidUtf8(int pair) {
        String text = "{\"jsonrpc\":\"2.0\",\"id\":\"__\",\"method\":\"ping\",\"x\":\"__\"}";

        assertFailure(withPairAt(text.lastIndexOf('_') - 1, text, pair), -32700, RequestId.of("__"));
        assertFailure(withPairAt(text.indexOf('_'), text, pair), -32700, null);
    }

    private static byte[] withPairAt(int index, String text, int pair) {
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        message[index] = (byte) (pair >> 8);
        message[index + 1] = (byte) pair;
        return message;
    }

    @ParameterizedTest
    @CsvSource({"1.0, 1", "1e3, 1000", "-2.50e1, -25", "1e20, 100000000000000000000", "-0.0, 0"})
    void aWholeNumberIsAnIdHoweverItIsWritten(String written, String read) {
        JsonRpcMessage message = JsonRpcCodec.read(
                ("{\"jsonrpc\":\"2.0\",\"id\":" + written + ",\"method\":\"ping\"}").getBytes(StandardCharsets.UTF_8));

        assertThat(message)
                .isInstanceOfSatisfying(
                        JsonRpcMessage.Request.class,
                        request -> assertThat(request.id().toJson().toString()).isEqualTo(read));
    }

    @Test
    void refusesAFractionAsId() {
        assertFailure("{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}", -32600, null);
    }

    @Test
    void writesWhatSteersATerminalInEscapesAndAllElseAsItIs() {
        String others = "naïve Документы カナリア العربية 🌦️ 👍🏽 𝒳 ";
        for (String text : List.of(
                UnsafeCharacters.ALL, others + UnsafeCharacters.ALL, (others + UnsafeCharacters.ALL).repeat(400))) {
            ObjectNode params = JsonRpcCodec.JSON.createObjectNode().put("text", text);
            params.putArray("list").addObject().put(UnsafeCharacters.ALL, 1);
            JsonRpcMessage message = new JsonRpcMessage.Notification("m", params);

            String written = new String(JsonRpcCodec.writeLine(message), StandardCharsets.UTF_8);

            UnsafeCharacters.assertNoneIn(written);
            UnsafeCharacters.assertNoneIn(JsonRpcCodec.text(params));
            assertThat(JsonRpcCodec.read(written.getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(message);
            assertThat(JsonRpcCodec.JSON.readTree(JsonRpcCodec.text(params))).isEqualTo(params);
            if (text.startsWith(others)) {
                assertThat(written).contains(others);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"\\uD800\":1}",
                "{\"a\\uDFFF\\uD801b\":\"\\uDC00\"}",
                "{\"\\\\uD800\":1,\"\\\\\\\\uD800\":2,\"\\uD83D\":\"\\\\\"}"
            })
    void takesHalfAPairInANameAsInAValue(String params) {
        String line = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":" + params + "}";

        assertThat(JsonRpcCodec.write(JsonRpcCodec.read(line.getBytes(StandardCharsets.UTF_8))))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"\\uD800\":}", "{\\uD800:1}", "{\"\\uD800", "{\"\\uD800\":1}\\uD800"})
    void mendsNothingElseWithIt(String params) {
        assertFailure(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":" + params + "}", -32700, RequestId.of(1));
    }

    @Test
    void refusesAnAnswerThatIsNeitherOrBoth() {
        assertFailure("{\"jsonrpc\":\"2.0\",\"id\":4}", -32600, RequestId.of(4));
        assertFailure("{\"jsonrpc\":\"2.0\",\"id\":4,\"result\":1,\"error\":{}}", -32600, RequestId.of(4));
        assertFailure("{\"jsonrpc\":\"2.0\",\"result\":1}", -32600, null);
        assertFailure("{\"jsonrpc\":\"2.0\",\"id\":4,\"error\":null}", -32600, RequestId.of(4));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"a\":[1,\"é\\n\",null]}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"method\":\"m\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":-9223372036854775808,\"method\":\"m\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":123456789012345678901234567890,\"method\":\"m\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"x\":1.50}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"m\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"error\":{\"code\":1,\"message\":\"m\",\"data\":[true]}}",
            })
    void readsWhatItWritesAndWritesOneLine(String text) {
        JsonRpcMessage message = JsonRpcCodec.read(text.getBytes(StandardCharsets.UTF_8));

        assertThat(new String(JsonRpcCodec.write(message), StandardCharsets.UTF_8))
                .isEqualTo(text.replace("1.50", "1.5"));
        assertThat(new String(JsonRpcCodec.writeLine(message), StandardCharsets.UTF_8))
                .endsWith("}\n")
                .containsOnlyOnce("\n");
    }

    @Test
    void allowsSoMuchNestingAndNoMore() {
        String open = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"a\":";
        int inside = JsonRpcCodec.DEPTH_MAX - 2;

        JsonRpcCodec.read((open + "[".repeat(inside) + "]".repeat(inside) + "}}").getBytes(StandardCharsets.UTF_8));
        assertFailure(open + "[".repeat(inside + 1) + "]".repeat(inside + 1) + "}}", -32600, RequestId.of(1));
    }

    private static void assertFailure(String text, int code, RequestId id) {
        assertFailure(text.getBytes(StandardCharsets.UTF_8), code, id);
    }

    private static void assertFailure(byte[] message, int code, RequestId id) {
        assertThatThrownBy(() -> JsonRpcCodec.read(message))
                .isInstanceOfSatisfying(JsonRpcReadException.class, thrown -> {
                    assertThat(thrown.failure().code()).isEqualTo(code);
                    assertThat(thrown.failure().id()).isEqualTo(id);
                    assertThat(thrown.getMessage()).hasSizeLessThan(500);
                });
    }
}
