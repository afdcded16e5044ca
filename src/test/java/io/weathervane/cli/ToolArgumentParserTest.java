package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class ToolArgumentParserTest {
    private static final ToolArgumentParser FLAGS = options("""
        {"action": {"type": "string", "enum": ["get", "set", "reset"]},
         "flags": {"type": "object"},
         "promotion_id": {"type": "string"},
         "pageLimit": {"type": "integer"},
         "threshold": {"type": ["number", "null"]},
         "dry_run": {"type": "boolean"},
         "kinds": {"type": "array", "items": {"type": "string", "enum": ["decision", "flag-changed"]}},
         "any": {}}\
        """, "[\"action\"]");

    private static final ToolArgumentParser MAP = options("""
        {"action": {"type": "string", "enum": ["get", "set", "reset"]},
         "flags": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}}\
        """, "[\"action\"]");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "set --flag {}                       | no option '--flag' (did you mean '--flags'?)",
                "set --colour 3                      | no option '--colour'; it takes --action, --flags",
                "sett                                | --action cannot be 'sett' (did you mean 'set'?); it can be get,"
                        + " set, reset",
                "set get                             | --action is given twice",
                "--flags {}                          | needs ACTION (get|set|reset)",
                "set --flags                         | --flags wants a value",
                "set --flags --page-limit 3          | --flags wants a value: JSON, but the option --page-limit"
                        + " follows; write --flags=--page-limit",
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
    void aKeyWithoutItsOptionIsAnsweredWithTheRightLine() {
        ToolArgumentParser flag =
                options("{\"action\": {\"enum\": [\"get\"]}, \"flag\": {\"type\": \"string\"}}", "[]");

        assertThatThrownBy(() -> flag.parse(List.of("get", "DISABLE_NEW")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("get --flag DISABLE_NEW`");
        assertThatThrownBy(() -> MAP.parse(List.of("set", "DISABLE_NEW", "0")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("set DISABLE_NEW=0`");
    }

    @Test
    void refusesAnActionWhereTheToolHasNone() {
        assertThatThrownBy(() -> options("{}", "[]").parse(List.of("now")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("'now' is one word too many")
                .hasMessageContaining("--json-args");
    }

    @Test
    void namesTheWayToAToolWhoseSchemaNamesNoArguments() {
        assertThatThrownBy(() -> options("{}", "[]").parse(List.of("--city", "Bern")))
                .hasMessageContaining("give all arguments as one object: --json-args '{\"NAME\": ...}'");
        assertThat(options("{}", "[]").parse(List.of("--json-args", "{\"city\":\"Bern\"}")))
                .isEqualTo(JsonRpcCodec.JSON.readTree("{\"city\":\"Bern\"}"));
    }

    @Test
    void saysThatAToolTakesNothingWhenItsSchemaSaysSo() {
        ToolArgumentParser closed = ToolArgumentParser.of((ObjectNode) JsonRpcCodec.JSON.readTree(
                "{\"name\":\"ping\",\"inputSchema\":{\"type\":\"object\",\"additionalProperties\":false}}"));

        assertThatThrownBy(() -> closed.parse(List.of("--city", "Bern"))).hasMessageContaining("it takes none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "set --json-args [1]                               | --json-args wants a JSON object",
                "set --json-args -                                 | --json-args wants a JSON object such as"
                        + " '{\"KEY\": \"1\"}': Unexpected end-of-input: No digit",
                "set --json-args                                   | --json-args wants a value",
                "set --page-limit 3 --json-args {\"pageLimit\":4}    | --pageLimit is given twice: 3 and, in"
                        + " --json-args, 4",
                "--json-args {\"dry_run\":true}                    | needs ACTION",
            })
    void refusesRawArgumentsThatMakeNoSense(String words, String message) {
        assertThatThrownBy(() -> FLAGS.parse(List.of(words.split(" "))))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(message);
    }

    @Test
    void anOptionThatTheToolItselfCallsJsonArgsIsTheTools() {
        ToolArgumentParser own = options("{\"json_args\": {\"type\": \"string\"}}", "[]");

        assertThat(own.parse(List.of("--json-args", "{}")).path("json_args").asString())
                .isEqualTo("{}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "set DISABLE_NEW=0                                 |"
                        + " {\"action\":\"set\",\"flags\":{\"DISABLE_NEW\":\"0\"}}",
                "set --flags DISABLE_NEW=0                         |"
                        + " {\"action\":\"set\",\"flags\":{\"DISABLE_NEW\":\"0\"}}",
                "set A=1 B=x=y                                     |"
                        + " {\"action\":\"set\",\"flags\":{\"A\":\"1\",\"B\":\"x=y\"}}",
                "A=1 --flags {\"B\":\"2\"} set                       |"
                        + " {\"flags\":{\"A\":\"1\",\"B\":\"2\"},\"action\":\"set\"}",
            })
    void readsKeysAndValuesAsAPersonTypesThem(String words, String arguments) {
        assertThat(MAP.parse(List.of(words.split(" ")))).isEqualTo(JsonRpcCodec.JSON.readTree(arguments));
    }

    @Test
    void refusesAKeyThatIsGivenTwice() {
        assertThatThrownBy(() -> MAP.parse(List.of("set", "A=1", "A=2")))
                .hasMessageContaining("A is given twice in --flags: \"1\" and \"2\"");
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
                "get --kinds decision --kinds [\"flag-changed\"] |"
                        + " {\"action\":\"get\",\"kinds\":[\"decision\",\"flag-changed\"]}",
                "get --any {\"a\":1}                 | {\"action\":\"get\",\"any\":{\"a\":1}}",
                "get --any plain                     | {\"action\":\"get\",\"any\":\"plain\"}",
            })
    void readsEachTypeAndEverySpelling(String words, String arguments) {
        assertThat(FLAGS.parse(List.of(words.split(" ")))).isEqualTo(JsonRpcCodec.JSON.readTree(arguments));
    }

    private static ToolArgumentParser options(String properties, String required) {
        return ToolArgumentParser.of((ObjectNode)
                JsonRpcCodec.JSON.readTree("{\"name\":\"tool\",\"inputSchema\":{\"type\":\"object\",\"properties\":"
                        + properties + ",\"required\":" + required + "}}"));
    }
}
