package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class ToolOptionsTest {
    private static final ToolOptions FLAGS = options("""
            {"action": {"type": "string", "enum": ["get", "set", "reset"]},
             "flags": {"type": "object"},
             "promotion_id": {"type": "string"},
             "pageLimit": {"type": "integer"},
             "threshold": {"type": ["number", "null"]},
             "dry_run": {"type": "boolean"},
             "kinds": {"type": "array", "items": {"type": "string", "enum": ["decision", "flag-changed"]}},
             "any": {}}""", "[\"action\"]");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "set --flag {}                       | no option '--flag' (did you mean '--flags'?)",
                "set --colour 3                      | no option '--colour'; it takes --action, --flags",
                "sett                                | --action cannot be 'sett' (did you mean 'set'?); it can be get, set, reset",
                "set get                             | --action is given twice",
                "--flags {}                          | needs ACTION (get|set|reset)",
                "set --flags                         | --flags wants a value",
                "set --flags {\"A\":                 | --flags wants a JSON object",
                "set --flags DISABLE_NEW=1           | --flags wants a JSON object such as '{\"KEY\": \"1\"}'",
                "set --flags [1]                     | --flags wants a JSON object",
                "set --page-limit 3.5                | --page-limit wants a whole number, not '3.5'",
                "set --threshold much                | --threshold wants a number",
                "set --dry-run=perhaps               | --dry-run wants true or false",
                "set --kinds decision,decison        | --kinds cannot be 'decison' (did you mean 'decision'?)",
                "set --promotion-id a --promotionId b| --promotion-id is given twice",
            })
    void refusesWordsThatMakeNoSense(String words, String message) {
        assertThatThrownBy(() -> FLAGS.parse(List.of(words.split(" "))))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesAnActionWhereTheToolHasNone() {
        assertThatThrownBy(() -> options("{}", "[]").parse(List.of("now")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("'now' is one word too many")
                .hasMessageContaining("it takes none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "set --flags {\"DISABLE_NEW\":\"1\"} | {\"action\":\"set\",\"flags\":{\"DISABLE_NEW\":\"1\"}}",
                "--flags={} set                      | {\"flags\":{},\"action\":\"set\"}",
                "get --promotion-id p-1              | {\"action\":\"get\",\"promotion_id\":\"p-1\"}",
                "get --promotion_id 7                | {\"action\":\"get\",\"promotion_id\":\"7\"}",
                "get --promotionId --x               | {\"action\":\"get\",\"promotion_id\":\"--x\"}",
                "get --page-limit 20                 | {\"action\":\"get\",\"pageLimit\":20}",
                "get --threshold 0.15                | {\"action\":\"get\",\"threshold\":0.15}",
                "get --dry-run                       | {\"action\":\"get\",\"dry_run\":true}",
                "--dry-run get                       | {\"dry_run\":true,\"action\":\"get\"}",
                "get --dry-run false                 | {\"action\":\"get\",\"dry_run\":false}",
                "get --kinds decision,flag-changed   | {\"action\":\"get\",\"kinds\":[\"decision\",\"flag-changed\"]}",
                "get --kinds decision --kinds [\"flag-changed\"] | {\"action\":\"get\",\"kinds\":[\"decision\",\"flag-changed\"]}",
                "get --any {\"a\":1}                 | {\"action\":\"get\",\"any\":{\"a\":1}}",
                "get --any plain                     | {\"action\":\"get\",\"any\":\"plain\"}",
            })
    void readsEachTypeAndEverySpelling(String words, String arguments) {
        assertThat(FLAGS.parse(List.of(words.split(" ")))).isEqualTo(JsonRpcCodec.JSON.readTree(arguments));
    }

    private static ToolOptions options(String properties, String required) {
        return ToolOptions.of((ObjectNode)
                JsonRpcCodec.JSON.readTree("{\"name\":\"tool\",\"inputSchema\":{\"type\":\"object\",\"properties\":"
                        + properties + ",\"required\":" + required + "}}"));
    }
}
