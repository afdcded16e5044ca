package io.weathervane.worker.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ParamHeadersTest {
    private static JsonNode json(String text) {
        return JsonRpcCodec.JSON.readTree(text.replace('\'', '"'));
    }

    @Test
    void sendsMarkedArgumentsInHeaders() {
        JsonNode schema = json("{'type':'object','properties':{"
                + "'region':{'type':'string','x-mcp-header':'Region'},"
                + "'count':{'type':'integer','x-mcp-header':'Count'},"
                + "'dry':{'type':'boolean','x-mcp-header':'Dry'},"
                + "'absent':{'type':'string','x-mcp-header':'Absent'},"
                + "'nothing':{'type':'string','x-mcp-header':'Nothing'},"
                + "'in':{'type':'object','properties':{'deep':{'type':'string','x-mcp-header':'Deep'}}}}}");

        assertThat(ParamHeaders.of(
                        schema,
                        json("{'region':'us-west1','count':-7,'dry':true,'nothing':null,'in':{'deep':'Zürich'}}")))
                .containsEntry("Mcp-Param-Region", "us-west1")
                .containsEntry("Mcp-Param-Count", "-7")
                .containsEntry("Mcp-Param-Dry", "true")
                .containsEntry("Mcp-Param-Deep", "=?base64?WsO8cmljaA==?=")
                .hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({
        "us-west1,us-west1",
        "'Hello, 世界',=?base64?SGVsbG8sIOS4lueVjA==?=",
        "' padded ',=?base64?IHBhZGRlZCA=?=",
        "=?base64?literal?=,=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="
    })
    void writesValuesAsTheSpecificationDoes(String value, String header) {
        assertThat(ParamHeaders.encoded(value)).isEqualTo(header);
    }

    @Test
    void aValueWithANewlineCannotBecomeAHeaderOfItsOwn() {
        assertThat(ParamHeaders.encoded("line1\nX-Evil: 1"))
                .startsWith("=?base64?")
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'properties':{'a':{'type':'string','x-mcp-header':''}}} | no name of a header",
                "{'properties':{'a':{'type':'string','x-mcp-header':'A B'}}} | no name of a header",
                "{'properties':{'a':{'type':'number','x-mcp-header':'A'}}} | no string, integer or boolean",
                "{'properties':{'a':{'type':'string','x-mcp-header':'A'},'b':{'type':'string','x-mcp-header':'a'}}}"
                        + " | twice",
                "{'properties':{'a':{'type':'array','items':{'properties':{'b':{'type':'string','x-mcp-header':'B'}}}}}}"
                        + " | where no argument is sure to be",
                "{'anyOf':[{'properties':{'a':{'type':'string','x-mcp-header':'A'}}}]} | where no argument is sure to"
                        + " be"
            })
    void saysWhyAToolCannotBeOffered(String schema, String why) {
        assertThat(ParamHeaders.problem(json(schema)))
                .hasValueSatisfying(text -> assertThat(text).contains(why));
    }

    @Test
    void offersToolsWithoutAndWithGoodMarks() {
        assertThat(ParamHeaders.problem(json("{'type':'object'}"))).isEmpty();
        assertThat(ParamHeaders.problem(json("{'properties':{'x-mcp-header':{'type':'string'},"
                        + "'a':{'type':'object','properties':{'b':{'type':'integer','x-mcp-header':'B'}}}}}")))
                .isEmpty();
    }
}
