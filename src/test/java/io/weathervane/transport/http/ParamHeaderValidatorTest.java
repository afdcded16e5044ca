package io.weathervane.transport.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.testing.ScriptedTools;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ParamHeaderValidatorTest {
    private static final JsonNode SCHEMA = ScriptedTools.json("""
        {"type": "object", "properties": {
          "region": {"type": "string", "x-mcp-header": "Region"},
          "nested": {"type": "object", "properties": {"count": {"type": "integer", "x-mcp-header": "Count"}}},
          "other": {"type": "string"}}}\
        """);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"region\":\"eu\"}             | Mcp-Param-Region | us",
                "{\"region\":\"eu\"}             | Mcp-Param-Region | EU",
                "{\"region\":\"eu\"}             | X-Other          | eu",
                "{\"region\":\"eu\"}             | Mcp-Param-Region | =?base64?ZXU?=",
                "{\"region\":\"eu\"}             | Mcp-Param-Region | =?base64?Z*U=?=",
                "{}                              | Mcp-Param-Region | eu",
                "{\"region\":null}                | Mcp-Param-Region | eu",
                "{\"nested\":{\"count\":42}}      | Mcp-Param-Count  | 43",
                "{\"nested\":{\"count\":42}}      | Mcp-Param-Count  | many",
                "{\"nested\":{\"count\":42}}      | X-Other          | 42",
            })
    void refusesAHeaderThatIsMissingMalformedOrDifferent(String arguments, String header, String value) {
        assertThatThrownBy(() -> verify(arguments, header, value))
                .isInstanceOf(JsonRpcException.class)
                .extracting(thrown -> ((JsonRpcException) thrown).code())
                .isEqualTo(-32020L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"region\":\"eu\"}             | mcp-param-region | eu",
                "{\"region\":\"eu\"}             | Mcp-Param-Region | =?base64?ZXU=?=",
                "{\"region\":\"ZXU=\"}           | Mcp-Param-Region | ZXU=",
                "{\"nested\":{\"count\":42}}      | Mcp-Param-Count  | 42.0",
                "{\"other\":\"x\"}               | X-Other          | y",
                "{\"region\":null}                | X-Other          | y",
            })
    void takesAHeaderThatSaysTheSame(String arguments, String header, String value) {
        assertThatCode(() -> verify(arguments, header, value)).doesNotThrowAnyException();
    }

    private static void verify(String arguments, String header, String value) {
        HttpFields headers = HttpFields.build().add(header, value);
        ParamHeaderValidator.verify(headers, SCHEMA, ScriptedTools.json(arguments));
    }
}
