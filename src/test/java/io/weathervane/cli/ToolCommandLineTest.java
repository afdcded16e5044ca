package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import tools.jackson.databind.node.ObjectNode;

/** A tool's schema as a command line: how each word is read, refused and explained. */
class ToolCommandLineTest {
    private static final ToolCommandLine FLAGS = options("""
        {"action": {"type": "string", "enum": ["get", "set", "reset"]},
         "flags": {"type": "object"},
         "promotion_id": {"type": "string"},
         "pageLimit": {"type": "integer"},
         "threshold": {"type": ["number", "null"]},
         "dry_run": {"type": "boolean"},
         "kinds": {"type": "array", "items": {"type": "string", "enum": ["decision", "flag-changed"]}},
         "any": {}}\
        """, "[\"action\"]");

    private static final ToolCommandLine MAP = options("""
        {"action": {"type": "string", "enum": ["get", "set", "reset"]},
         "flags": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}}\
        """, "[\"action\"]");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "set --flag {}                       | there is no option '--flag' (did you mean '--flags'?)",
                "set --colour 3                      | there is no option '--colour'; weathervane call tool takes"
                        + " --action, --flags",
                "set --jsno                          | there is no option '--jsno' (did you mean '--json'?)",
                "sett                                | it cannot be 'sett' (did you mean 'set'?); it can be get,"
                        + " set, reset",
                "set get                             | --action is given twice",
                "set --action get                    | --action is given twice",
                "set -x                              | there is no option '-x'",
                "--flags {}                          | needs ACTION (get|set|reset)",
                "set --flags                         | Missing required parameter for option '--flags' (JSON)",
                "set --flags --page-limit 3          | Expected parameter for option '--flags' but found"
                        + " '--page-limit'",
                "set --flags {\"A\":                 | '--flags': it wants a JSON object",
                "set --flags DISABLE_NEW=1           | it wants a JSON object such as '{\"KEY\": \"1\"}'",
                "set --flags [1]                     | it wants a JSON object",
                "set --page-limit 3.5                | '--page-limit': it wants a whole number, not '3.5'",
                "set --threshold much                | it wants a number",
                "set --dry-run=perhaps               | '--dry-run': 'perhaps' is not a boolean",
                "set --kinds decision,decison        | it cannot be 'decison' (did you mean 'decision'?)",
                "set --promotion-id a --promotionId b| '--promotion-id' (STRING) should be specified only once",
            })
    void refusesWordsThatMakeNoSense(String words, String message) {
        assertThat(refusal(FLAGS, words.split(" "))).contains(message);
    }

    @Test
    void aKeyWithoutItsOptionIsAnsweredWithTheRightLine() {
        ToolCommandLine flag = options("{\"action\": {\"enum\": [\"get\"]}, \"flag\": {\"type\": \"string\"}}", "[]");

        assertThat(refusal(flag, "get", "DISABLE_NEW")).contains("get --flag DISABLE_NEW`");
        assertThat(refusal(MAP, "set", "DISABLE_NEW", "0")).contains("set DISABLE_NEW=0`");
    }

    @Test
    void refusesAnActionWhereTheToolHasNone() {
        assertThat(refusal(options("{}", "[]"), "now")).contains("'now' is one word too many", "takes options only");
    }

    @Test
    void namesTheWayToAToolWhoseSchemaNamesNoArguments() {
        assertThat(refusal(options("{}", "[]"), "--city", "Bern")).contains("takes --json-args");
        assertThat(help(options("{}", "[]"))).contains("--json-args=JSON", "All arguments as one object.");
        assertThat(options("{}", "[]").parse(List.of("--json-args", "{\"city\":\"Bern\"}")))
                .isEqualTo(JsonRpcCodec.JSON.readTree("{\"city\":\"Bern\"}"));
    }

    @Test
    void aToolThatTakesNothingHasTheOptionsOfTheCommandOnly() {
        ToolCommandLine closed =
                tool("{\"name\":\"ping\",\"inputSchema\":{\"type\":\"object\",\"additionalProperties\":false}}");

        assertThat(refusal(closed, "--city", "Bern"))
                .contains("weathervane call ping takes --url, --workspace")
                .doesNotContain("args");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "set --json-args [1]                               | '--json-args': it wants a JSON object",
                "set --json-args -                                 | it wants a JSON object such as"
                        + " '{\"KEY\": \"1\"}': Unexpected end-of-input: No digit",
                "set --json-args                                   | Missing required parameter for option",
                "set --page-limit 3 --json-args {\"pageLimit\":4}    | --pageLimit is given twice: 3 and, in"
                        + " --json-args, 4",
                "--json-args {\"dry_run\":true}                    | needs ACTION",
            })
    void refusesRawArgumentsThatMakeNoSense(String words, String message) {
        assertThat(refusal(FLAGS, words.split(" "))).contains(message);
    }

    @Test
    void anOptionThatTheToolItselfCallsJsonArgsIsTheTools() {
        ToolCommandLine own = options("{\"json_args\": {\"type\": \"string\"}}", "[]");

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
        assertThat(refusal(MAP, "set", "A=1", "A=2")).contains("A is given twice in --flags: \"1\" and \"2\"");
        assertThat(refusal(MAP, "set", "A=1", "--flags", "A=2")).contains("A is given twice in --flags");
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

    @Test
    void propertiesThatDifferOnlyInTheirSpellingAreAllReached() {
        ToolCommandLine alike = options(
                "{\"a_b\": {\"type\": \"string\"}, \"aB\": {\"type\": \"string\"}, \"\": {}, \"a b\": {}}", "[]");

        assertThat(alike.parse(List.of("--a-b", "1", "--aB", "2")))
                .isEqualTo(JsonRpcCodec.JSON.readTree("{\"a_b\":\"1\",\"aB\":\"2\"}"));
    }

    @Test
    void theHelpSaysWhatTheSchemaSays() {
        assertThat(help(options("""
            {"action": {"enum": ["get", "set"], "description": "What to do."},
             "limit": {"type": "integer", "default": 20, "description": "Most rows."},
             "kinds": {"type": "array", "items": {"enum": ["a-long-kind", "another-long-kind", "a-third-long-kind"]}},
             "dry_run": {"type": "boolean"}}\
            """, "[\"action\"]")))
                .contains(
                        "Usage: weathervane call tool [OPTIONS] [get|set...]",
                        "What to do. (required)",
                        "--limit=INTEGER",
                        "Most rows. (default: 20)",
                        "One of a-long-kind, another-long-kind, a-third-long-kind.",
                        "--dry-run",
                        "--timeout=TIME");
    }

    /** A worker writes its tools' schemas. */
    @Test
    void theHelpOfAHostileSchemaIsOnlyShown() {
        String hostile = "100 %s %n %d ${sys:user.home} @|red,nonsense(1) x|@ \\u001b[2J";

        String shown = help(tool("{\"name\":\"t%s\",\"description\":\"" + hostile + "\"}"))
                + help(options(
                        "{\"x\": {\"type\": \"string\", \"description\": \"" + hostile + "\", \"default\": \"" + hostile
                                + "\"}, \"y%s\": {\"enum\": [\"%d\", \"@|red x|@\"]}}",
                        "[]"));

        assertThat(shown).contains("100 %s %n %d ${sys:user.home}", "--y%s").doesNotContain("\u001b");
    }

    private static String refusal(ToolCommandLine tool, String... words) {
        try {
            return "taken: " + tool.parse(List.of(words));
        } catch (UsageException e) {
            return String.valueOf(e.getMessage());
        } catch (ParameterException e) {
            return UsageSuggestions.explain(e);
        }
    }

    private static String help(ToolCommandLine tool) {
        StringWriter shown = new StringWriter();
        tool.line().usage(new PrintWriter(shown, true));
        return shown.toString();
    }

    private static ToolCommandLine options(String properties, String required) {
        return tool("{\"name\":\"tool\",\"inputSchema\":{\"type\":\"object\",\"properties\":" + properties
                + ",\"required\":" + required + "}}");
    }

    private static ToolCommandLine tool(String definition) {
        CommandLine line = WeatherVaneCommand.create(Map.of(), new ByteArrayOutputStream());
        CommandLine call = Objects.requireNonNull(line.getSubcommands().get("call"));
        return new ToolCommandLine(call, (ObjectNode) JsonRpcCodec.JSON.readTree(definition));
    }
}
